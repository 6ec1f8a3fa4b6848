/** A line of a definition list. */
export interface Fact {
	label: string;
	value: string;
	/** Monospaced and left to right: hashes, CIDs, addresses. */
	code?: boolean | undefined;
	href?: string | undefined;
}
