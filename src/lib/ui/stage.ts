/** One named stage of long work, and the places it works on. Shares are from 0 to 1, null while unknown. */
export interface StagePlace {
	name: string;
	label: string;
	value: number | null;
	/** "Saved", "48 %", "Next". */
	text: string;
}

export interface Stage {
	id: string;
	label: string;
	state: 'done' | 'now' | 'later' | 'failed';
	detail?: string | undefined;
	/** At the end of the line: "try 2". */
	note?: string | undefined;
	progress?: number | null | undefined;
	places?: StagePlace[] | undefined;
}
