import { readEvents } from '../history/read-events.ts';
import type { ChainClient, Contracts, Signal } from '../types.ts';
import { readHospital, type HospitalEntry } from './read-hospital.ts';

/** All hospitals that ever applied, in the order in which they first did. Errors: as `readEvents`. */
export async function readHospitals(
	client: ChainClient,
	contracts: Contracts,
	options: Signal = {},
): Promise<HospitalEntry[]> {
	const events = await readEvents(client, contracts, { names: ['HospitalApplied'], ...options });
	const addresses = new Set(events.flatMap((event) => (event.name === 'HospitalApplied' ? [event.hospital] : [])));
	const registry = contracts.hospitalRegistry;
	const entries = await Promise.all([...addresses].map((hospital) => readHospital(client, { registry, hospital })));
	return entries.filter((entry) => entry !== null);
}
