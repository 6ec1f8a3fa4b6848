/** Who the chain node's test accounts are: the people of the demo, then accounts that belong to nobody yet, for first visits. */
import { bytesToHex } from 'viem';
import type { HDAccount } from 'viem/accounts';
import type { DemoAccount } from '#lib/records/config.ts';
import { clinicians, hospitals, patients, registrar } from '../demo/people.ts';

const newcomers = [
	{ account: 10, name: 'A new hospital', role: 'hospital' },
	{ account: 11, name: 'A new clinician', role: 'clinician' },
	{ account: 12, name: 'A new patient', role: 'patient' },
] as const;

/** Accounts with their keys, which everybody knows: for a local network only. */
export function demoAccounts(accounts: readonly HDAccount[]): DemoAccount[] {
	const people: { account: number; name: string; role: DemoAccount['role'] }[] = [
		{ ...registrar, role: 'registrar' },
		...hospitals.map((hospital) => ({ ...hospital, role: 'hospital' as const })),
		...clinicians.map((clinician) => ({ ...clinician, role: 'clinician' as const })),
		...patients.map((patient) => ({ ...patient, role: 'patient' as const })),
		...newcomers,
	];
	return people.map(({ account, name, role }) => {
		const signer = accounts[account];
		const privateKey = signer?.getHdKey().privateKey;
		if (!signer || !privateKey) throw new Error(`The node has no account ${account}.`);
		return { address: signer.address.toLowerCase() as `0x${string}`, privateKey: bytesToHex(privateKey), name, role };
	});
}
