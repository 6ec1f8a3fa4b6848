/** What fast-check draws for an action, and how it becomes people, times and digests: mostly such as fit the world, often such as do not. */
import fc from 'fast-check';
import { zeroAddress, zeroHash, type Address, type Hash } from '#lib/chain/index.ts';
import { day, digest, type Network, type Person } from '../network.ts';
import { hospitalAt, patientAt, type World } from '../model.ts';
import { castOf, teams } from './cast.ts';

/** Small numbers, so that failures shrink; what each stands for is said below. */
export interface Draw {
	/** Who acts: null for one who may, or a number of anybody. */
	by: number | null;
	hospital: number;
	patient: number;
	member: number;
	account: number;
	team: number;
	/** In `times`. */
	time: number;
	/** Of a record, a header, a number of entries. */
	index: number;
	/** 0: what must not be missing, is. */
	digest: number;
	/** Some other choice of the action's own. */
	choice: number;
}

const few = fc.nat(11);

export const draws: fc.Arbitrary<Draw> = fc.record({
	by: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(8) }),
	hospital: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: few }),
	patient: few,
	member: few,
	account: few,
	team: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: few }),
	time: fc.nat(23),
	index: few,
	digest: fc.nat(15),
	choice: few,
});

/** Seconds from the latest block; the first are at the very edge. */
const times = [0, 1, 2, -1, 3, -day, 10, 100, day, day, 10 * day, 10 * day];

export class Pick {
	readonly world: World;
	readonly draw: Draw;
	private readonly cast: ReturnType<typeof castOf>;

	constructor(network: Network, world: World, draw: Draw) {
		this.world = world;
		this.draw = draw;
		this.cast = castOf(network);
	}

	get hospital(): Address {
		return from(this.cast.hospitals, this.draw.hospital).address;
	}

	get patient(): Person {
		return from(this.cast.patients, this.draw.patient);
	}

	get member(): Person {
		return from(this.cast.members, this.draw.member);
	}

	get reader(): Person {
		return from(this.cast.readers, this.draw.member);
	}

	get account(): Address {
		return from(this.cast.administrators, this.draw.account).address;
	}

	/** The hospital, or none. */
	get hospitalOrNone(): Address | null {
		return this.draw.choice % 2 ? this.hospital : null;
	}

	get team(): Hash {
		return this.draw.digest === 0 ? zeroHash : from(teams, this.draw.team);
	}

	get time(): number {
		return Math.max(1, this.world.now + from(times, this.draw.time));
	}

	digest(what: string): Hash {
		return this.draw.digest === 0 ? zeroHash : digest(`${what} ${this.draw.index}`);
	}

	/** The epoch of a patient, or one beside it. */
	epochOf(patient: Address): number {
		const { epoch } = patientAt(this.world, patient);
		return this.draw.choice === 7 ? epoch + 1 : this.draw.choice === 8 ? Math.max(0, epoch - 1) : epoch;
	}

	/** The id of a record that there is, or of none. */
	get record(): Hash {
		const ids = [...this.world.records.keys()];
		return ids[this.draw.index] ?? ids[this.draw.index % Math.max(1, ids.length)] ?? digest('no record');
	}

	/** Who acts, where this person may. */
	by(right: Person): Person {
		return this.draw.by === null ? right : from(this.cast.everybody, this.draw.by);
	}

	/** Who acts, where an administrator of the hospital may: any of those that it has. */
	byAdministrator(): Person {
		const { administrators } = hospitalAt(this.world, this.hospital);
		const office = this.cast.everybody.filter(({ address }) => administrators.has(address));
		return this.by(office.length > 0 ? from(office, this.draw.choice) : from(this.cast.hospitals, this.draw.hospital));
	}
}

export function from<Value>(list: readonly Value[], index: number): Value {
	return list[index % list.length]!;
}

export const orZero = (address: Address | null): Address => address ?? zeroAddress;
