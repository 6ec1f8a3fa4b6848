/** A chain of the tests' own with the registries on it, and people who each speak to them as themselves. */
import { network } from 'hardhat';
import { getContract, keccak256, toBytes, zeroHash } from 'viem';
import amana from '../../scripts/deploy/modules/amana.ts';
import { consentRegistryAbi } from '../../src/lib/chain/abi/consent-registry.ts';
import { hospitalRegistryAbi } from '../../src/lib/chain/abi/hospital-registry.ts';
import { patientRegistryAbi } from '../../src/lib/chain/abi/patient-registry.ts';
import { recordRegistryAbi } from '../../src/lib/chain/abi/record-registry.ts';

const connection = await network.create();
export const { networkHelpers } = connection;
export const { assertions } = connection.viem;

const publicClient = await connection.viem.getPublicClient();
const wallets = await connection.viem.getWalletClients();

export const day = 86_400;
export const doctorRole = 1;
export const registrarRole = keccak256(toBytes('REGISTRAR_ROLE'));
export const cardiology = digest('team: cardiology');

/** A digest that stands for a document. */
export function digest(document: string): `0x${string}` {
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

/** The gas that a transaction used. */
export async function gasOf(hash: `0x${string}` | Promise<`0x${string}`>): Promise<number> {
	return Number((await publicClient.getTransactionReceipt({ hash: await hash })).gasUsed);
}

/** Sends transactions that come into one block together; their hashes. They need a gas limit, since none is simulated. */
export async function inOneBlock(sends: readonly (() => Promise<`0x${string}`>)[]): Promise<`0x${string}`[]> {
	await connection.provider.request({ method: 'evm_setAutomine', params: [false] });
	const hashes: `0x${string}`[] = [];
	for (const send of sends) hashes.push(await send());
	await networkHelpers.mine(1);
	await connection.provider.request({ method: 'evm_setAutomine', params: [true] });
	return hashes;
}

/** Whether the transaction succeeded. */
export async function succeeded(hash: `0x${string}`): Promise<boolean> {
	return (await publicClient.getTransactionReceipt({ hash })).status === 'success';
}

async function deploy() {
	const registrar = at(1).account.address;
	const contracts = await connection.ignition.deploy(amana, { parameters: { Amana: { registrar } } });
	const addressOf = (name: string) => (contracts as Record<string, { address: `0x${string}` }>)[name]!.address;
	const bind = (index: number) => {
		const client = { public: publicClient, wallet: at(index) };
		return {
			address: at(index).account.address,
			hospitals: getContract({ abi: hospitalRegistryAbi, address: addressOf('hospitalRegistry'), client }),
			patients: getContract({ abi: patientRegistryAbi, address: addressOf('patientRegistry'), client }),
			consents: getContract({ abi: consentRegistryAbi, address: addressOf('consentRegistry'), client }),
			records: getContract({ abi: recordRegistryAbi, address: addressOf('recordRegistry'), client }),
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
		addresses: {
			hospitalRegistry: addressOf('hospitalRegistry'),
			patientRegistry: addressOf('patientRegistry'),
			consentRegistry: addressOf('consentRegistry'),
			recordRegistry: addressOf('recordRegistry'),
		},
	};
}

export type People = Awaited<ReturnType<typeof deploy>>;
export type Person = People['patient'];

function at(index: number) {
	const wallet = wallets[index];
	if (!wallet) throw new Error('The node has too few accounts.');
	return wallet;
}

async function deployFresh(): Promise<People> {
	return deploy();
}

/** Both hospitals approved, a team with the doctor and the nurse in the first, and keys of everybody but the stranger. */
async function settle(): Promise<People> {
	const people = await deploy();
	const { registrar, hospital, otherHospital, doctor, nurse, patient, otherPatient } = people;
	for (const applicant of [hospital, otherHospital]) {
		await applicant.hospitals.write.applyAsHospital([digest('profile')]);
		await registrar.hospitals.write.approve([applicant.address]);
	}
	await hospital.hospitals.write.addTeam([cardiology, digest('directory')]);
	for (const member of [doctor, nurse]) await admit(hospital, member);
	for (const person of [hospital, doctor, nurse, patient, otherPatient]) await publishKeys(person);
	return people;
}

export async function admit(hospital: Person, member: Person, validDays = 365): Promise<`0x${string}`> {
	return hospital.hospitals.write.addMember([
		{
			member: member.address,
			role: doctorRole,
			teamId: cardiology,
			validUntil: await inDays(validDays),
			directoryDigest: digest('directory'),
			keysDigest: digest('keys'),
		},
	]);
}

export function publishKeys(person: Person): Promise<`0x${string}`> {
	return person.patients.write.publishKeys(['0x01', '0x02', digest('keyring'), 'https://a.example/ipfs/']);
}

/** The doctor asks the patient; the id of the request. */
export async function ask(people: People): Promise<`0x${string}`> {
	const { doctor, hospital, patient } = people;
	await doctor.consents.write.requestAccess([patient.address, hospital.address, digest('details'), 30]);
	const [event] = await doctor.consents.getEvents.AccessRequested();
	return event?.args.requestId ?? zeroHash;
}

export const fresh = () => networkHelpers.loadFixture(deployFresh);
export const settled = () => networkHelpers.loadFixture(settle);
