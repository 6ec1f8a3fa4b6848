/** The commands that fast-check puts in sequences: what people do, by transaction and by signature. */
import fc from 'fast-check';
import { cancelPermission, relayPermission, signPermission, type Hash, type SignedAction } from '#lib/chain/index.ts';
import type { RegistryName, World } from '../model.ts';
import { day, type Network } from '../network.ts';
import { actionNames, actions, signedNames, type Plan } from './actions.ts';
import { draws, from, Pick, type Draw } from './draw.ts';
import { perform, type Command, type Real } from './perform.ts';
import * as permissions from './permissions.ts';
import { Pass, UseAtEnd } from './time.ts';

/** Somebody does something by a transaction of their own. */
class Act implements Command {
	readonly name: string;
	readonly draw: Draw;

	constructor(name: string, draw: Draw) {
		this.name = name;
		this.draw = draw;
	}

	check(): boolean {
		return true;
	}

	async run(world: World, real: Real): Promise<void> {
		const { by, rule, send } = plan(world, real, this.name, this.draw, false);
		await perform(world, real, by, rule, () => send(by.wallet));
	}

	toString(): string {
		return `${this.name}(${JSON.stringify(this.draw)})`;
	}
}

/** Somebody signs; what was signed comes into the drawer. Now and then somebody alters it there. */
class Sign implements Command {
	readonly name: string;
	readonly draw: Draw;
	readonly lifeSeconds: number;
	readonly isAltered: boolean;

	constructor(name: string, draw: Draw, lifeSeconds: number, isAltered: boolean) {
		this.name = name;
		this.draw = draw;
		this.lifeSeconds = lifeSeconds;
		this.isAltered = isAltered;
	}

	check(): boolean {
		return true;
	}

	async run(world: World, real: Real): Promise<void> {
		const { network, drawer } = real;
		const { by, rule, message } = plan(world, real, this.name, this.draw, true);
		if (!message) throw new Error(`${this.name} has no message.`);
		const deadline = world.now + this.lifeSeconds;
		const { contracts, client } = network;
		const signed = await signPermission(by.wallet, client, { contracts, message, deadline });
		const { signer, nonce } = signed;
		const registry = registryOf(network, signed);
		const intact = !this.isAltered;
		const permission = { registry, signer, nonce, deadline: deadline + (intact ? 0 : 1), intact };
		drawer.push({
			signed: intact ? signed : { ...signed, deadline: deadline + 1 },
			rule: permissions.permitted(permission, rule),
		});
	}

	toString(): string {
		const altered = this.isAltered ? ', altered' : '';
		return `sign ${this.name}(${JSON.stringify(this.draw)}) for ${this.lifeSeconds} s${altered}`;
	}
}

/** Somebody carries what lies in the drawer to the chain: the last, mostly, or any other, again or for the first time. */
class Relay implements Command {
	readonly fromLast: number;
	readonly by: number;

	constructor(fromLast: number, by: number) {
		this.fromLast = fromLast;
		this.by = by;
	}

	check(): boolean {
		return true;
	}

	async run(world: World, real: Real): Promise<void> {
		const { network, drawer } = real;
		const kept = drawer.at(-1 - (this.fromLast % Math.max(1, drawer.length)));
		if (!kept) return;
		const { relayer, patient, doctor } = network;
		const by = from([relayer, relayer, patient, doctor], this.by);
		const send = () => relayPermission(by.wallet, network.contracts, kept.signed);
		await perform(world, real, by, kept.rule, send);
	}

	toString(): string {
		return `relay(-${this.fromLast}, by ${this.by})`;
	}
}

const signedRegistries: readonly RegistryName[] = ['consentRegistry', 'recordRegistry', 'patientRegistry'];

/** Somebody cancels their next permission. */
class Cancel implements Command {
	readonly by: number;
	readonly registry: number;

	constructor(by: number, registry: number) {
		this.by = by;
		this.registry = registry;
	}

	check(): boolean {
		return true;
	}

	async run(world: World, real: Real): Promise<void> {
		const { contracts, patient, otherPatient, doctor } = real.network;
		const by = from([patient, otherPatient, doctor], this.by);
		const name = from(signedRegistries, this.registry);
		const registry = contracts[name as keyof typeof contracts] as Hash;
		await perform(world, real, by, permissions.cancelPermission(name), () => cancelPermission(by.wallet, { registry }));
	}

	toString(): string {
		return `cancel(by ${this.by}, at ${from(signedRegistries, this.registry)})`;
	}
}

function plan(world: World, { network }: Real, name: string, draw: Draw, isSigned: boolean): Plan {
	const make = actions[name];
	if (!make) throw new Error(`There is no action ${name}.`);
	return make(network, new Pick(network, world, draw), isSigned);
}

function registryOf({ contracts }: Network, { registry }: SignedAction): RegistryName {
	const name = signedRegistries.find((each) => contracts[each] === registry);
	if (!name) throw new Error('It was signed for no registry of ours.');
	return name;
}

/** One command for each that exists, the signed ones as often as the others. */
export const commands: fc.Arbitrary<Command>[] = [
	fc.tuple(fc.constantFrom(...actionNames), draws).map(([name, draw]) => new Act(name, draw)),
	fc.tuple(fc.constantFrom(...signedNames), draws).map(([name, draw]) => new Act(name, draw)),
	fc
		.tuple(
			fc.constantFrom(...signedNames),
			draws,
			fc.constantFrom(day, day, day, day, day, day, 2, 1, 0, -1),
			fc.nat(9).map((chance) => chance === 0),
		)
		.map(([name, draw, life, isAltered]) => new Sign(name, draw, life, isAltered)),
	fc.tuple(fc.constantFrom(0, 0, 0, 1, 2, 5), fc.nat(3)).map(([fromLast, by]) => new Relay(fromLast, by)),
	fc.oneof(
		{ weight: 3, arbitrary: fc.constantFrom(1, 1, 2, 9, 100, 100, day, 11 * day).map((seconds) => new Pass(seconds)) },
		{
			weight: 3,
			arbitrary: fc.tuple(fc.nat(3), fc.nat(2)).map(([which, before]) => new UseAtEnd(which, before)),
		},
		{ weight: 2, arbitrary: fc.tuple(fc.nat(2), fc.nat(2)).map(([by, registry]) => new Cancel(by, registry)) },
	),
];

/** What every sequence begins with: the first hospital approved, with its people, and the patient with keys, a grant and a consent. */
export async function prepare(world: World, real: Real): Promise<void> {
	const base: Draw = {
		by: null,
		hospital: 0,
		patient: 0,
		member: 0,
		account: 0,
		team: 0,
		time: 10,
		index: 0,
		digest: 1,
		choice: 0,
	};
	const steps: [string, Partial<Draw>][] = [
		['applyAsHospital', {}],
		['approve', {}],
		['addTeam', {}],
		['addMember', {}],
		['addMember', { member: 1, choice: 1 }],
		['addMember', { member: 2, choice: 2 }],
		['publishKeys', { choice: 1, account: 11 }],
		['grantAccess', { choice: 1 }],
		['grantAccess', { member: 3 }],
		['allowAdding', {}],
		['addRecord', { choice: 1 }],
		['addRecord', { choice: 1, team: 1 }],
	];
	for (const [name, draw] of steps) {
		const done = real.outcomes.get('done') ?? 0;
		await new Act(name, { ...base, ...draw }).run(world, real);
		if (real.outcomes.get('done') !== done + 1) throw new Error(`${name} was refused.`);
	}
}
