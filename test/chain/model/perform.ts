/** How a command is done to the chain and to the model, which must agree on the outcome and on everything after it. */
import type { AsyncCommand } from 'fast-check';
import { expect } from 'vitest';
import type { Hash, SignedAction } from '#lib/chain/index.ts';
import type { ErrorCode } from '#lib/errors.ts';
import { Refusal, type Rule, type World } from '../model.ts';
import type { Network, Person } from '../network.ts';
import { differences } from './views.ts';

/** What was signed and is not executed yet, or was: it can be carried to the chain any number of times. */
interface Kept {
	signed: SignedAction;
	rule: Rule;
}

export interface Real {
	network: Network;
	drawer: Kept[];
	/** How often each outcome came, to know that the sequences reach something. */
	outcomes: Map<string, number>;
}

export type Command = AsyncCommand<World, Real>;

/** What those who catch a refusal switch over; any other is `chain.refused`. */
const codes: Readonly<Record<string, ErrorCode>> = {
	NotApproved: 'records.not-approved',
	NotActiveMember: 'records.not-a-member',
	NotMember: 'records.not-a-member',
	NotEmergencyStaff: 'records.not-a-member',
	AddingNotAllowed: 'records.no-consent',
	NoGrant: 'records.no-grant',
	NotReader: 'records.no-grant',
	NoKeys: 'records.no-keys',
	StaleEpoch: 'records.stale-epoch',
	PermissionExpired: 'chain.permission-over',
	WrongNonce: 'chain.permission-over',
	InvalidSignature: 'chain.permission-invalid',
};

/** Sends, and expects what the rule says: of the latest block's time, when it is simulated, and of the next, when it is executed. */
export async function perform(
	world: World,
	real: Real,
	by: Person,
	rule: Rule,
	send: () => Promise<Hash>,
): Promise<void> {
	const { network } = real;
	const next = { block: world.block + 1, now: world.now + 1 };
	await setNextTime(network, next.now);
	const outcome = predict(world, by, rule, next);
	if (outcome instanceof Refusal) {
		const { details } = outcome;
		const reason = String(details['reason']);
		const error: unknown = await send().catch((thrown: unknown) => thrown);
		expect(error, `${reason} is expected`).toMatchObject({ name: 'AppError', code: codes[reason] ?? 'chain.refused' });
		expect((error as { details: unknown }).details).toEqual(details);
		count(real, reason);
	} else {
		const { blockNumber } = await network.done(send());
		expect(blockNumber).toBe(next.block);
		outcome();
		Object.assign(world, next);
		count(real, 'done');
	}
	expect(await differences(network, world)).toEqual([]);
}

function predict(world: World, { address }: Person, rule: Rule, next: { block: number; now: number }) {
	try {
		rule(world, address, { block: next.block, now: world.now });
		return rule(world, address, next);
	} catch (error) {
		if (error instanceof Refusal) return error;
		throw error;
	}
}

function count({ outcomes }: Real, outcome: string): void {
	outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}

/** Mines a block of this time. */
export async function goTo(world: World, { network }: Real, time: number): Promise<void> {
	await setNextTime(network, time);
	await network.mine(1);
	world.block += 1;
	world.now = time;
	expect(await differences(network, world)).toEqual([]);
}

function setNextTime({ client }: Network, time: number): Promise<unknown> {
	return client.request({ method: 'evm_setNextBlockTimestamp' as never, params: [time] as never });
}
