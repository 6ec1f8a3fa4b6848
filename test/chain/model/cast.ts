/** Who plays in the model, and in which parts. Some play several: patients are members, hospitals their own, anybody an administrator. */
import type { Hash } from '#lib/chain/index.ts';
import { digest, team, type Network } from '../network.ts';

export const teams: readonly Hash[] = [team, digest('team: emergency'), digest('team: laboratory')];

export function castOf(network: Network) {
	const { registrar, hospital, otherHospital, doctor, nurse, paramedic, patient, otherPatient, stranger } = network;
	return {
		everybody: [registrar, hospital, otherHospital, doctor, nurse, paramedic, patient, otherPatient, stranger],
		hospitals: [hospital, otherHospital, stranger],
		members: [doctor, nurse, paramedic, hospital],
		administrators: [hospital, otherHospital, nurse, stranger],
		patients: [patient, otherPatient, doctor],
		readers: [doctor, nurse, paramedic, otherPatient],
		/** Of keys. */
		owners: [patient, otherPatient, doctor, stranger],
	};
}
