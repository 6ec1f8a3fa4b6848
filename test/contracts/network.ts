/** A chain of the tests' own with the registries on it, and people who each speak to them as themselves. */
import { network } from 'hardhat';
import { encodeAbiParameters, getAddress, getContract, keccak256, toBytes } from 'viem';
import { mnemonicToAccount, type HDAccount } from 'viem/accounts';
import amana from '../../scripts/deploy/modules/amana.ts';
import { consentRegistryAbi } from '../../src/lib/chain/abi/consent-registry.ts';
import { hospitalRegistryAbi } from '../../src/lib/chain/abi/hospital-registry.ts';
import { patientRegistryAbi } from '../../src/lib/chain/abi/patient-registry.ts';
import { possessionAuditAbi } from '../../src/lib/chain/abi/possession-audit.ts';
import { recordRegistryAbi } from '../../src/lib/chain/abi/record-registry.ts';

const connection = await network.create();
export const { networkHelpers, viem, provider } = connection;
const { assertions } = viem;

export const publicClient = await viem.getPublicClient();
const wallets = await viem.getWalletClients();

export type Hex = `0x${string}`;

export const day = 86_400;
export const chainId = 31_337;
export const roles = { doctor: 1, nurse: 2, biller: 5, emergency: 6 };
export const registrarRole = keccak256(toBytes('REGISTRAR_ROLE'));
export const cardiology = digest('team: cardiology');
export const reason = digest('reason');

/** What an account's word has above the pointers: the registry's epoch, and how many permissions were used. */
export const oneEpoch = 1n << 200n;
export const oneNonce = 1n << 224n;

/** The transaction emits this event of the contract with these arguments. */
export const emits: typeof assertions.emitWithArgs = (...args) => assertions.emitWithArgs(...args);

/** The call is refused with this error of the contract and these arguments. */
export const refuses: typeof assertions.revertWithCustomErrorWithArgs = (...args) =>
	assertions.revertWithCustomErrorWithArgs(...args);

/** A digest that stands for a document. */
export function digest(document: string): Hex {
	return keccak256(toBytes(document));
}

/** Seconds since 1970, `days` after the latest block. */
export async function inDays(days: number): Promise<number> {
	return (await networkHelpers.time.latest()) + days * day;
}

/** The number of the latest block, as a word of pointers in which it is the only one. */
export function latestBlock(): Promise<bigint> {
	return publicClient.getBlockNumber({ cacheTime: 0 });
}

/** Sends transactions that come into one block together; their hashes. They need a gas limit, since none is simulated. */
export async function inOneBlock(sends: readonly (() => Promise<Hex>)[]): Promise<Hex[]> {
	await provider.request({ method: 'evm_setAutomine', params: [false] });
	const hashes: Hex[] = [];
	for (const send of sends) hashes.push(await send());
	await networkHelpers.mine(1);
	await provider.request({ method: 'evm_setAutomine', params: [true] });
	return hashes;
}

/** Whether the transaction succeeded. */
export async function succeeded(hash: Hex): Promise<boolean> {
	return (await publicClient.getTransactionReceipt({ hash })).status === 'success';
}

async function deploy() {
	const registrar = at(1).account.address;
	const contracts = await connection.ignition.deploy(amana, { parameters: { Amana: { registrar } } });
	const addressOf = (name: string) => (contracts as Record<string, { address: Hex }>)[name]!.address;
	const bind = (index: number) => {
		const client = { public: publicClient, wallet: at(index) };
		const account: HDAccount = accounts[index]!;
		return {
			/** Signs by itself. */
			account,
			/** Sends transactions through the node. */
			wallet: at(index),
			address: getAddress(account.address),
			hospitals: getContract({ abi: hospitalRegistryAbi, address: addressOf('hospitalRegistry'), client }),
			patients: getContract({ abi: patientRegistryAbi, address: addressOf('patientRegistry'), client }),
			consents: getContract({ abi: consentRegistryAbi, address: addressOf('consentRegistry'), client }),
			records: getContract({ abi: recordRegistryAbi, address: addressOf('recordRegistry'), client }),
			audits: getContract({ abi: possessionAuditAbi, address: addressOf('possessionAudit'), client }),
		};
	};
	return {
		admin: bind(0),
		registrar: bind(1),
		hospital: bind(2),
		otherHospital: bind(3),
		doctor: bind(4),
		nurse: bind(5),
		patient: bind(6),
		otherPatient: bind(7),
		stranger: bind(8),
		relayer: bind(9),
		paramedic: bind(10),
		contracts: {
			hospitalRegistry: addressOf('hospitalRegistry'),
			patientRegistry: addressOf('patientRegistry'),
			consentRegistry: addressOf('consentRegistry'),
			recordRegistry: addressOf('recordRegistry'),
			possessionAudit: addressOf('possessionAudit'),
			deployedAt: 1,
		},
	};
}

export type People = Awaited<ReturnType<typeof deploy>>;
export type Person = People['patient'];

/** The node's own accounts, whose keys everybody knows. */
const accounts = wallets.map((_, addressIndex) =>
	mnemonicToAccount('test test test test test test test test test test test junk', { addressIndex }),
);

function at(index: number) {
	const wallet = wallets[index];
	if (!wallet) throw new Error('The node has too few accounts.');
	return wallet;
}

async function deployFresh(): Promise<People> {
	return deploy();
}

/** Both hospitals approved; in the first a team with the doctor, the nurse and the paramedic. */
async function settle(): Promise<People> {
	const people = await deploy();
	const { registrar, hospital, otherHospital, doctor, nurse, paramedic } = people;
	for (const applicant of [hospital, otherHospital]) {
		await applicant.hospitals.write.applyAsHospital([digest('profile')]);
		await registrar.hospitals.write.approve([applicant.address]);
	}
	await hospital.hospitals.write.addTeam([hospital.address, cardiology, digest('directory')]);
	await admit(hospital, doctor);
	await admit(hospital, nurse, { role: roles.nurse });
	await admit(hospital, paramedic, { role: roles.emergency });
	return people;
}

export const fresh = () => networkHelpers.loadFixture(deployFresh);
export const settled = () => networkHelpers.loadFixture(settle);

/** What a hospital says when it admits this person: a doctor in cardiology for a year, unless told otherwise. */
export async function admission(member: Person, other: { role?: number; days?: number } = {}) {
	return {
		member: member.address,
		role: other.role ?? roles.doctor,
		teamId: cardiology,
		validUntil: await inDays(other.days ?? 365),
		directoryDigest: digest('directory'),
		keysDigest: digest('keys'),
	};
}

export async function admit(hospital: Person, member: Person, other: Parameters<typeof admission>[1] = {}) {
	return hospital.hospitals.write.addMember([hospital.address, await admission(member, other)]);
}

export function dismiss(hospital: Person, member: Person): Promise<Hex> {
	const args = [hospital.address, member.address, digest('directory'), digest('keys')] as const;
	return hospital.hospitals.write.removeMember(args);
}

export function suspend({ registrar, hospital }: People): Promise<Hex> {
	return registrar.hospitals.write.suspend([hospital.address, reason]);
}

export function publishKeys(person: Person): Promise<Hex> {
	return person.patients.write.publishKeys(['0x01', '0x02', digest('keyring'), 'https://a.example/ipfs/']);
}

/** Terms on which the doctor reads for ten days, as a member of the hospital, unless told otherwise. */
export async function terms(
	{ doctor, hospital }: People,
	other: { grantee?: Hex; hospital?: Hex; days?: number } = {},
) {
	return {
		grantee: other.grantee ?? doctor.address,
		hospital: other.hospital ?? hospital.address,
		requestId: digest('request'),
		expiresAt: await inDays(other.days ?? 10),
		keysDigest: digest('keys'),
	};
}

export const grant = async (people: People, other: Parameters<typeof terms>[1] = {}) =>
	people.patient.consents.write.grantAccess([await terms(people, other)]);

/** The patient lets the hospital add for thirty days. */
export const allow = async ({ patient, hospital }: People) =>
	patient.consents.write.allowAdding([hospital.address, await inDays(30)]);

export const canRead = ({ patient }: People, reader: Person) =>
	patient.consents.read.canRead([patient.address, reader.address]);

/** What is said of a record whose header has this name. */
export const entry = (header: string) => ({ headerDigest: digest(header), auditRoot: digest(`root of ${header}`) });

const recordParts = ['address', 'address', 'bytes32', 'bytes32'].map((type) => ({ type }));

/** The id of the record with this header that `author` added for `patient`. */
export function recordId(patient: Person, author: Person, header: string): Hex {
	const { headerDigest, auditRoot } = entry(header);
	return keccak256(encodeAbiParameters(recordParts, [patient.address, author.address, headerDigest, auditRoot]));
}
