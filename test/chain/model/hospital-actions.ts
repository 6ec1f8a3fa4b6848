/** What people do at the hospital registry: each action of the site beside the model's rule for it. */
import {
	acceptAdministration,
	addMember,
	addTeam,
	applyAsHospital,
	approveHospital,
	changeDirectory,
	offerAdministration,
	publishAuthority,
	reinstateHospital,
	rejectHospital,
	removeAdministrator,
	removeMember,
	renameTeam,
	requestAccess,
	retireTeam,
	suspendHospital,
	withdrawApplication,
	withdrawRequest,
} from '#lib/chain/index.ts';
import { digest, type Network } from '../network.ts';
import type { Make } from './actions.ts';
import { from, type Pick } from './draw.ts';
import * as rules from './hospitals.ts';

/** The one who applies: its own account. */
const applicant = ({ hospital, otherHospital, stranger }: Network, pick: Pick) =>
	pick.by(from([hospital, otherHospital, stranger], pick.draw.hospital));

const lengths = [32, 32, 32, 32, 1, 4096, 4097, 0];

export const hospitalActions: Record<string, Make> = {
	applyAsHospital: (network, pick) => {
		const profileDigest = pick.digest('profile');
		return {
			by: applicant(network, pick),
			rule: rules.applyAsHospital(profileDigest),
			send: (wallet) => applyAsHospital(wallet, { registry: network.contracts.hospitalRegistry, profileDigest }),
		};
	},
	withdrawApplication: (network, pick) => ({
		by: applicant(network, pick),
		rule: rules.withdrawApplication(),
		send: (wallet) => withdrawApplication(wallet, { registry: network.contracts.hospitalRegistry }),
	}),
	approve: (network, pick) => ({
		by: pick.by(network.registrar),
		rule: rules.approve(pick.hospital),
		send: (wallet) => approveHospital(wallet, place(network, pick)),
	}),
	reject: (network, pick) => ({
		by: pick.by(network.registrar),
		rule: rules.decide(pick.hospital, 'reject'),
		send: (wallet) => rejectHospital(wallet, { ...place(network, pick), reasonHash: digest('reason') }),
	}),
	suspend: (network, pick) => ({
		by: pick.by(network.registrar),
		rule: rules.decide(pick.hospital, 'suspend'),
		send: (wallet) => suspendHospital(wallet, { ...place(network, pick), reasonHash: digest('reason') }),
	}),
	reinstate: (network, pick) => ({
		by: pick.by(network.registrar),
		rule: rules.decide(pick.hospital, 'reinstate'),
		send: (wallet) => reinstateHospital(wallet, place(network, pick)),
	}),
	offerAdministration: (network, pick) => ({
		by: pick.byAdministrator(),
		rule: rules.offerAdministration(pick.hospital, pick.account),
		send: (wallet) => offerAdministration(wallet, { ...place(network, pick), account: pick.account }),
	}),
	acceptAdministration: (network, pick) => {
		const { hospital, otherHospital, nurse, stranger } = network;
		return {
			by: pick.by(from([hospital, otherHospital, nurse, stranger], pick.draw.account)),
			rule: rules.acceptAdministration(pick.hospital),
			send: (wallet) => acceptAdministration(wallet, place(network, pick)),
		};
	},
	removeAdministrator: (network, pick) => ({
		by: pick.byAdministrator(),
		rule: rules.removeAdministrator(pick.hospital, pick.account),
		send: (wallet) => removeAdministrator(wallet, { ...place(network, pick), account: pick.account }),
	}),
	publishAuthority: (network, pick) => {
		const keyBytes = from(lengths, pick.draw.index);
		const proofBytes = from(lengths, pick.draw.digest);
		return {
			by: pick.byAdministrator(),
			rule: rules.publishAuthority(pick.hospital, keyBytes, proofBytes),
			send: (wallet) =>
				publishAuthority(wallet, {
					...place(network, pick),
					publicKey: new Uint8Array(keyBytes),
					proofOfPossession: new Uint8Array(proofBytes),
				}),
		};
	},
	addTeam: (network, pick) => {
		const directoryDigest = directory(pick);
		return {
			by: pick.byAdministrator(),
			rule: rules.addTeam(pick.hospital, pick.team, directoryDigest),
			send: (wallet) => addTeam(wallet, { ...place(network, pick), teamId: pick.team, directoryDigest }),
		};
	},
	changeTeam: (network, pick) => {
		const directoryDigest = directory(pick);
		const retires = pick.draw.choice % 3 === 0;
		const change = retires ? retireTeam : renameTeam;
		return {
			by: pick.byAdministrator(),
			rule: rules.changeTeam(pick.hospital, pick.team, directoryDigest, retires),
			send: (wallet) => change(wallet, { ...place(network, pick), teamId: pick.team, directoryDigest }),
		};
	},
	addMember: (network, pick) => {
		const admission = {
			member: pick.member.address,
			role: from([1, 2, 6, 6, 3, 4, 5, 1, 2, 6, 0, 7], pick.draw.choice),
			teamId: pick.team,
			validUntil: pick.time,
			directoryDigest: directory(pick),
			keysDigest: pick.digest('keys'),
		};
		return {
			by: pick.byAdministrator(),
			rule: rules.addMember(pick.hospital, admission),
			send: (wallet) => addMember(wallet, { ...place(network, pick), ...admission }),
		};
	},
	removeMember: (network, pick) => {
		const removal = { member: pick.member.address, directoryDigest: directory(pick), keysDigest: null };
		return {
			by: pick.byAdministrator(),
			rule: rules.removeMember(pick.hospital, removal.member, removal.directoryDigest),
			send: (wallet) => removeMember(wallet, { ...place(network, pick), ...removal }),
		};
	},
	changeDirectory: (network, pick) => {
		const directoryDigest = pick.digest('directory');
		return {
			by: pick.byAdministrator(),
			rule: rules.changeDirectory(pick.hospital, directoryDigest),
			send: (wallet) => changeDirectory(wallet, { ...place(network, pick), directoryDigest }),
		};
	},
	requestAccess: (network, pick) => {
		const patient = pick.patient.address;
		const durationDays = pick.draw.choice;
		return {
			by: pick.by(pick.member),
			rule: rules.requestAccess(patient, pick.hospital, durationDays),
			send: (wallet) =>
				requestAccess(wallet, {
					...place(network, pick),
					patient,
					detailsDigest: pick.digest('details'),
					durationDays,
				}),
		};
	},
	withdrawRequest: (network, pick) => {
		const patient = pick.patient.address;
		return {
			by: pick.by(pick.member),
			rule: rules.withdrawRequest(patient, pick.hospital),
			send: (wallet) =>
				withdrawRequest(wallet, { ...place(network, pick), patient, detailsDigest: pick.digest('details') }),
		};
	},
};

function place({ contracts }: Network, { hospital }: Pick) {
	return { registry: contracts.hospitalRegistry, hospital };
}

/** Missing now and then, by itself. */
function directory({ draw }: Pick) {
	return draw.index === 11 ? (`0x${'0'.repeat(64)}` as const) : digest(`directory ${draw.index}`);
}
