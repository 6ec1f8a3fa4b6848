/** Commands in which time goes by, also to the very second in which a right ends. */
import {
	addRecord,
	confirmReading,
	requestAccess,
	zeroAddress,
	type Address,
	type Hash,
	type WalletClient,
} from '#lib/chain/index.ts';
import { hospitalAt, patientAt, type Rule, type World } from '../model.ts';
import { digest, type Network, type Person } from '../network.ts';
import { castOf } from './cast.ts';
import { confirmReading as confirmReadingRule } from './consent.ts';
import { from } from './draw.ts';
import { requestAccess as requestAccessRule } from './hospitals.ts';
import { goTo, perform, type Command, type Real } from './perform.ts';
import { addRecords } from './records.ts';

export class Pass implements Command {
	readonly seconds: number;

	constructor(seconds: number) {
		this.seconds = seconds;
	}

	check(): boolean {
		return true;
	}

	async run(world: World, real: Real): Promise<void> {
		await goTo(world, real, world.now + this.seconds);
	}

	toString(): string {
		return `pass ${this.seconds} s`;
	}
}

/** A right that runs out, and what its owner can do only while it lasts. */
interface Right {
	end: number;
	by: Person;
	rule: Rule;
	send: (wallet: WalletClient) => Promise<Hash>;
}

/**
 * Somebody uses a right in its last seconds or when it is just over. Simulated in the second in which time is stopped, executed in the
 * next one: two seconds before the end it counts, one second before it no longer does, though the simulation saw nothing of it.
 */
export class UseAtEnd implements Command {
	readonly which: number;
	readonly secondsBefore: number;

	constructor(which: number, secondsBefore: number) {
		this.which = which;
		this.secondsBefore = secondsBefore;
	}

	check(): boolean {
		return true;
	}

	async run(world: World, real: Real): Promise<void> {
		const rights = rightsOf(world, real.network)
			.filter(({ end }) => end - this.secondsBefore > world.now)
			.sort((a, b) => a.end - b.end);
		if (rights.length === 0) return;
		const { end, by, rule, send } = from(rights, this.which);
		await goTo(world, real, end - this.secondsBefore);
		await perform(world, real, by, rule, () => send(by.wallet));
	}

	toString(): string {
		return `use right ${this.which}, ${this.secondsBefore} s before its end`;
	}
}

function rightsOf(world: World, network: Network): Right[] {
	const { hospitals, members, patients, readers } = castOf(network);
	const registries = network.contracts;
	const reading = (patient: Address, by: Person, end: number): Right => ({
		end,
		by,
		rule: confirmReadingRule(patient),
		send: (wallet) =>
			confirmReading(wallet, { registry: registries.consentRegistry, patient, recordId: digest('record') }),
	});
	const asking = (hospital: Address, by: Person, end: number): Right => ({
		end,
		by,
		rule: requestAccessRule(network.patient.address, hospital, 1),
		send: (wallet) =>
			requestAccess(wallet, {
				registry: registries.hospitalRegistry,
				patient: network.patient.address,
				hospital,
				detailsDigest: digest('details'),
				durationDays: 1,
			}),
	});
	const adding = (patient: Address, hospital: Address, by: Person, end: number): Right => {
		const entry = { headerDigest: digest(`at ${world.now}`), auditRoot: null };
		const where = { patient, hospital, epoch: patientAt(world, patient).epoch, amends: null };
		return {
			end,
			by,
			rule: addRecords({ ...where, entries: [entry] }),
			send: (wallet) => addRecord(wallet, { registry: registries.recordRegistry, ...where, ...entry }),
		};
	};
	const memberships = hospitals.flatMap(({ address: hospital }) =>
		members.flatMap((by) => {
			const end = hospitalAt(world, hospital).members.get(by.address)?.validUntil;
			return end ? [asking(hospital, by, end)] : [];
		}),
	);
	const ofPatients = patients.flatMap(({ address: patient }) => {
		const { grants, emergencies, adding: standing } = patientAt(world, patient);
		const readings = readers.flatMap((by) =>
			[grants.get(by.address)?.expiresAt, emergencies.get(by.address)].flatMap((end) =>
				end ? [reading(patient, by, end)] : [],
			),
		);
		const additions = [...standing].flatMap(([hospital, end]) =>
			hospital === zeroAddress ? [] : members.slice(0, 2).map((by) => adding(patient, hospital, by, end)),
		);
		return [...readings, ...additions];
	});
	return [...memberships, ...ofPatients];
}
