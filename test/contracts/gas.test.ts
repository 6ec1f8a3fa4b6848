import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zeroAddress, zeroHash } from 'viem';
import { ask, digest, gasOf, inDays, settled } from './network.ts';

/** What each action may cost at most: with slots that are new, and with slots in use already. */
const ceilings = {
	addRecord: [80_000, 63_000],
	addRecordAsMember: [92_000, 75_000],
	requestAccess: [112_000, 77_000],
	grantAccess: [86_000, 86_000],
	revokeAccess: [61_000, 44_000],
} as const;

describe('Gas', () => {
	it('the everyday actions stay within their ceilings', async (t) => {
		const people = await settled();
		const { patient, doctor, hospital } = people;
		const used: Record<string, number[]> = {};
		const note = async (name: keyof typeof ceilings, sent: Promise<`0x${string}`>) =>
			void (used[name] ??= []).push(await gasOf(sent));
		await patient.consents.write.allowAdding([hospital.address, await inDays(30)]);
		for (const round of [0, 1]) {
			const args = (who: string) => [digest(`${who} ${round}`), 0, zeroHash] as const;
			await note('addRecord', patient.records.write.addRecord([patient.address, zeroAddress, ...args('own')]));
		}
		const { otherPatient } = people;
		await otherPatient.consents.write.allowAdding([hospital.address, await inDays(30)]);
		for (const round of [0, 1]) {
			const record = [otherPatient.address, hospital.address, digest(`theirs ${round}`), 0, zeroHash] as const;
			await note('addRecordAsMember', doctor.records.write.addRecord(record));
		}
		const fresh = await settled();
		for (let round = 0; round < 2; round++) {
			const details = [fresh.patient.address, fresh.hospital.address, digest(`details ${round}`), 30] as const;
			await note('requestAccess', fresh.doctor.consents.write.requestAccess(details));
		}
		const expiresAt = await inDays(10);
		for (let round = 0; round < 2; round++) {
			const id = await ask(fresh);
			const grant = [fresh.doctor.address, fresh.hospital.address, id, expiresAt, digest('keys')] as const;
			await note('grantAccess', fresh.patient.consents.write.grantAccess(grant));
			await note('revokeAccess', fresh.patient.consents.write.revokeAccess([fresh.doctor.address, digest('k')]));
		}
		t.diagnostic(JSON.stringify(used));
		for (const [name, limits] of Object.entries(ceilings)) {
			limits.forEach((limit, round) =>
				assert.ok((used[name]?.[round] ?? Infinity) <= limit, `${name}: ${String(used[name])}`),
			);
		}
	});
});
