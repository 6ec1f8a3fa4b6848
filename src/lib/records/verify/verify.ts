/**
 * Checking what somebody else says, without a wallet and without trusting this site's server: there is none. Everything is read anew
 * from the chain and the clouds; nothing that was remembered counts.
 */
import {
	crossCheck,
	readHistory,
	readTransaction,
	recordInWord,
	recordWordPlace,
	type Address,
	type ChainClient,
	type ChainEvent,
	type Contracts,
	type CrossCheck,
	type CrossCheckQuestion,
	type Hash,
} from '#lib/chain/index.ts';
import { askAnew } from '../ledger.ts';
import type { Deps } from '../deps.ts';
import { verifyRecord } from './record.ts';
import { verifyTransaction } from './transaction.ts';
import { finding, type CrossChecked, type Finding, type Verification } from './types.ts';

/** A number of 32 bytes: a record's, or else a transaction's. Throws `chain.unreachable`. */
export async function verifyNumber(
	deps: Deps,
	{ number, patient = null }: { number: Hash; patient?: Address | null },
): Promise<Verification> {
	askAnew(deps);
	const found = (await verifyRecord(deps, { recordId: number, patient })) ?? (await verifyTransaction(deps, number));
	return (
		found ?? {
			subject: { kind: 'number', number },
			findings: [finding('number-unknown')],
			facts: {},
			entries: [],
			differences: [],
		}
	);
}

/** Asks every configured endpoint about what was verified; null where the chain says nothing of it. Never throws. */
export async function crossCheckVerification(deps: Deps, verification: Verification): Promise<CrossChecked | null> {
	const question = questionFor(deps, verification);
	if (!question) return null;
	const checked = await crossCheck(deps.chain, question);
	return { ...checked, finding: stateFinding(verification, checked) };
}

function questionFor({ chain }: Deps, { subject, facts }: Verification): CrossCheckQuestion | null {
	const { contracts } = chain;
	switch (subject.kind) {
		case 'record': {
			const { hospital } = facts as { hospital?: Address };
			const events = async (client: ChainClient) => {
				const ofPatient = readHistory(client, contracts, { patient: subject.patient.address });
				const ofHospital = hospital ? readHistory(client, contracts, { hospital }) : [];
				return [...(await ofPatient), ...(await ofHospital)];
			};
			return { events, word: recordWordPlace(contracts, subject.recordId) };
		}
		case 'transaction':
			return { events: (client) => eventsOf(client, contracts, subject.transaction) };
		case 'log': {
			const filter = subject.account ? { account: subject.account } : {};
			return { events: (client) => readHistory(client, contracts, filter) };
		}
		default:
			return null;
	}
}

async function eventsOf(client: ChainClient, contracts: Contracts, transaction: Hash): Promise<ChainEvent[]> {
	return (await readTransaction(client, contracts, transaction))?.events ?? [];
}

/** Whether the contract's proved state says of the record what its events say. */
function stateFinding({ subject, findings }: Verification, { word, block }: CrossCheck): Finding | null {
	const known = findings.find(({ name }) => name === 'record-known');
	if (subject.kind !== 'record' || !known?.block || !block) return null;
	if (known.block > block.number) return finding('state-too-new', { block: block.number });
	if (word === null) return null;
	const entry = recordInWord(word);
	const fits =
		entry !== null &&
		entry.addedAt * 1000 === known.at &&
		entry.patient === subject.patient.address &&
		(!entry.erased || findings.some(({ name }) => name === 'since-erased'));
	return finding(fits ? 'state-fits' : 'state-differs', { block: block.number });
}
