/** All that people do, by name. */
import type { Hash, Unsigned, WalletClient } from '#lib/chain/index.ts';
import type { Rule } from '../model.ts';
import type { Network, Person } from '../network.ts';
import type { Pick } from './draw.ts';
import { hospitalActions } from './hospital-actions.ts';
import { patientActions } from './patient-actions.ts';

/** One thing that somebody does, to the chain and to the model. */
export interface Plan {
	by: Person;
	rule: Rule;
	send: (wallet: WalletClient) => Promise<Hash>;
	/** What to sign in its place, where that is possible. */
	message?: Unsigned;
}

/** Makes a plan of what was drawn. A signed one is by the patient, where only the patient can sign. */
export type Make = (network: Network, pick: Pick, isSigned: boolean) => Plan;

export const actions: Readonly<Record<string, Make>> = { ...hospitalActions, ...patientActions };
export const actionNames = Object.keys(actions);
export const signedNames = Object.keys(patientActions).filter((name) => name !== 'breakGlass');
