/** What patients and readers may do at the consent registry. */
import { zeroAddress, zeroHash, type Address, type Hash } from '#lib/chain/index.ts';
import {
	canRead,
	grantOf,
	hospitalAt,
	isActiveMember,
	patientAt,
	Refusal,
	remember,
	status,
	type Rule,
	type World,
} from '../model.ts';

const registry = 'consentRegistry';
const daySeconds = 86_400;
const emergencyRole = 6;

export interface Terms {
	grantee: Address;
	hospital: Address;
	expiresAt: number;
	keysDigest: Hash;
}

export function grantAccess({ grantee, hospital, expiresAt, keysDigest }: Terms): Rule {
	return (world, by, at) => {
		if (grantee === zeroAddress) throw new Refusal('InvalidGrantee', { grantee });
		if (keysDigest === zeroHash) throw new Refusal('MissingDigest');
		if (expiresAt <= at.now) throw new Refusal('ExpiryInPast', { expiresAt });
		return () => {
			const { grants, epoch } = patientAt(world, by);
			grants.set(grantee, { hospital, expiresAt, epoch });
			remember(world, registry, at, by);
		};
	};
}

export function denyRequest(requestId: Hash): Rule {
	return (world, by, at) => {
		if (requestId === zeroHash) throw new Refusal('MissingDigest');
		return () => remember(world, registry, at, by);
	};
}

export function revokeAccess(grantee: Address): Rule {
	return (world, by, at) => {
		checkGrant(world, by, grantee);
		return () => {
			const patient = patientAt(world, by);
			patient.grants.delete(grantee);
			patient.epoch++;
			remember(world, registry, at, by);
		};
	};
}

export function revokeAllAccess(): Rule {
	return (world, by, at) => () => {
		const patient = patientAt(world, by);
		patient.floor = ++patient.epoch;
		remember(world, registry, at, by);
	};
}

export function deliverKeys(grantee: Address, keysDigest: Hash): Rule {
	return (world, by, at) => {
		if (keysDigest === zeroHash) throw new Refusal('MissingDigest');
		checkGrant(world, by, grantee);
		return () => remember(world, registry, at, by);
	};
}

export function allowAdding(hospital: Address, expiresAt: number): Rule {
	return (world, by, at) => {
		if (expiresAt <= at.now) throw new Refusal('ExpiryInPast', { expiresAt });
		if (hospitalAt(world, hospital).status !== status.approved) throw new Refusal('NotApproved', { hospital });
		return () => {
			patientAt(world, by).adding.set(hospital, expiresAt);
			remember(world, registry, at, by, hospital);
		};
	};
}

export function stopAdding(hospital: Address): Rule {
	return (world, by, at) => {
		const { adding } = patientAt(world, by);
		if (!adding.has(hospital)) throw new Refusal('AddingNotAllowed', { patient: by, hospital });
		return () => {
			adding.delete(hospital);
			remember(world, registry, at, by, hospital);
		};
	};
}

export function confirmReading(patient: Address): Rule {
	return (world, by, at) => {
		const emergency = patientAt(world, patient).emergencies.get(by) ?? 0;
		if (!canRead(world, patient, by, at.now) && emergency <= at.now) {
			throw new Refusal('NotReader', { patient, reader: by });
		}
		return () => remember(world, registry, at, patient);
	};
}

export function breakGlass(patient: Address, hospital: Address, reasonHash: Hash): Rule {
	return (world, by, at) => {
		if (reasonHash === zeroHash) throw new Refusal('MissingDigest');
		const role = hospitalAt(world, hospital).members.get(by)?.role;
		if (role !== emergencyRole || !isActiveMember(world, hospital, by, at.now)) {
			throw new Refusal('NotEmergencyStaff', { hospital, account: by });
		}
		return () => {
			patientAt(world, patient).emergencies.set(by, at.now + daySeconds);
			remember(world, registry, at, patient);
		};
	};
}

function checkGrant(world: World, patient: Address, grantee: Address): void {
	if (!grantOf(world, patient, grantee)) throw new Refusal('NoGrant', { patient, grantee });
}
