/** The actions whose gas is published, what each may cost at most, and what the same work costs elsewhere. */

export const actions = [
	'addRecord',
	'addRecordBatch20',
	'requestAccess',
	'grantAccess',
	'renewGrant',
	'revokeAccess',
	'relayedGrant',
	'relayedGrantBatch20',
	'proveLeaf',
	'proveLeafBatch5',
	'applyHospital',
] as const;
export type Action = (typeof actions)[number];

/** `first`: with storage slots that nothing has used before; `repeat`: with slots in use already. */
export interface Uses {
	first: number;
	repeat: number;
}
/** Medians. An action that is always the first of its kind, or never is, has one figure twice. */
export type Gas = Record<Action, Uses>;

export interface Measures {
	gas: Gas;
	/** Bytes of a call; in a batch, of its share. */
	callBytes: Record<Action, number>;
}

export const meanings: Record<Action, string> = {
	addRecord: 'a clinician adds a record to a patient’s history',
	addRecordBatch20: 'one of twenty records added in one transaction',
	requestAccess: 'a clinician asks a patient for access',
	grantAccess: 'a patient lets someone read until a date',
	renewGrant: 'the same person again, with a new date or new keys',
	revokeAccess: 'a patient takes the permission back',
	relayedGrant: 'the patient signs, someone else sends and pays',
	relayedGrantBatch20: 'one of twenty such grants in one transaction',
	proveLeaf: 'anyone proves half a leaf of a 100 MB piece, in a record of three',
	proveLeafBatch5: 'one of five such proofs in one transaction',
	applyHospital: 'a hospital applies to be approved',
};

/** What the design allows. An application happens once in a hospital’s life and has no ceiling. */
export const targets: Record<Exclude<Action, 'applyHospital'>, Uses> = {
	addRecord: { first: 88_000, repeat: 70_000 },
	addRecordBatch20: { first: 32_000, repeat: 32_000 },
	requestAccess: { first: 53_000, repeat: 36_000 },
	grantAccess: { first: 75_000, repeat: 58_000 },
	renewGrant: { first: 41_000, repeat: 41_000 },
	revokeAccess: { first: 40_000, repeat: 40_000 },
	relayedGrant: { first: 85_000, repeat: 65_000 },
	relayedGrantBatch20: { first: 50_000, repeat: 50_000 },
	proveLeaf: { first: 90_000, repeat: 90_000 },
	proveLeafBatch5: { first: 71_000, repeat: 71_000 },
};

export interface Anchor {
	project: string;
	work: string;
	gas: Partial<Uses> & { first: number };
	/** Our action that does the same. */
	like: Action;
}

/** Measured on the same node: the projects’ own contracts, each with its own settings. */
export const anchors: readonly Anchor[] = [
	{ project: 'orms147 EHR', work: 'add a record', gas: { first: 211_000, repeat: 194_000 }, like: 'addRecord' },
	{
		project: 'orms147 EHR',
		work: 'grant by signature',
		gas: { first: 184_000, repeat: 167_000 },
		like: 'relayedGrant',
	},
	{ project: 'orms147 EHR', work: 'ask for access', gas: { first: 178_000, repeat: 161_000 }, like: 'requestAccess' },
	{ project: 'EAS', work: 'attest 32 bytes', gas: { first: 201_000 }, like: 'addRecord' },
	{ project: 'permit2', work: 'approve a spender', gas: { first: 48_000, repeat: 31_000 }, like: 'grantAccess' },
];
