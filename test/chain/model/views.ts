/** Everything that the contracts answer about the people of the model, asked at once and held against what the model says. */
import {
	decodeFunctionResult,
	encodeFunctionData,
	getAbiItem,
	type Abi,
	type AbiFunction,
	type AbiParameter,
} from 'viem';
import { consentRegistryAbi } from '#lib/chain/abi/consent-registry.ts';
import { hospitalRegistryAbi } from '#lib/chain/abi/hospital-registry.ts';
import { patientRegistryAbi } from '#lib/chain/abi/patient-registry.ts';
import { recordRegistryAbi } from '#lib/chain/abi/record-registry.ts';
import { zeroAddress, zeroHash, type Address, type Hash } from '#lib/chain/index.ts';
import type { Network } from '../network.ts';
import {
	canRead,
	grantOf,
	hospitalAt,
	isActiveMember,
	nonceOf,
	patientAt,
	teamState,
	wordOf,
	type RegistryName,
	type World,
} from '../model.ts';
import { askAll } from './ask-all.ts';
import { castOf, teams } from './cast.ts';

const abis: Readonly<Record<RegistryName, Abi>> = {
	hospitalRegistry: hospitalRegistryAbi,
	patientRegistry: patientRegistryAbi,
	consentRegistry: consentRegistryAbi,
	recordRegistry: recordRegistryAbi,
};
const registries = Object.keys(abis) as RegistryName[];
const signed = registries.filter((registry) => registry !== 'hospitalRegistry');

/** A question to a registry, and the model's answer. */
interface View {
	registry: RegistryName;
	functionName: string;
	args: readonly string[];
	expected: unknown;
}

/** Asks the chain everything, and says where it answers otherwise than the model. */
export async function differences(network: Network, world: World): Promise<string[]> {
	const views = [...hospitalViews(network, world), ...patientViews(network, world), ...accountViews(network, world)];
	const answers = await askAll(
		network.client,
		views.map((view) => ({ to: network.contracts[view.registry], data: encoded(view), words: wordsOf(view) })),
	);
	return views.flatMap((view, index) => {
		const actual = text(decoded(view, answers[index]!));
		const expected = text(view.expected);
		if (actual === expected) return [];
		return [`${view.functionName}(${view.args.join(', ')}) is ${actual}, in the model ${expected}`];
	});
}

function hospitalViews(network: Network, world: World): View[] {
	const { hospitals, members, administrators } = castOf(network);
	const view = (functionName: string, args: readonly string[], expected: unknown): View => ({
		registry: 'hospitalRegistry',
		functionName,
		args,
		expected,
	});
	return hospitals.flatMap(({ address: hospital }) => {
		const entry = hospitalAt(world, hospital);
		const { administrators: office, offers, members: admitted, teams: known, ...stored } = entry;
		return [
			view('hospitalOf', [hospital], { ...stored, administrators: office.size }),
			...administrators.flatMap(({ address: account }) => [
				view('isAdministrator', [hospital, account], office.has(account)),
				view('isOffered', [hospital, account], offers.has(account)),
			]),
			...teams.map((team) => view('teamOf', [hospital, team], known.get(team) ?? teamState.none)),
			...members.flatMap(({ address: member }) => {
				const membership = admitted.get(member) ?? { role: 0, joinedAt: 0, validUntil: 0 };
				const isActive = isActiveMember(world, hospital, member, world.now);
				return [
					view('memberOf', [hospital, member], membership),
					view('roleOf', [hospital, member], isActive ? membership.role : 0),
				];
			}),
		];
	});
}

function patientViews(network: Network, world: World): View[] {
	const { patients, readers, hospitals } = castOf(network);
	const view = (functionName: string, args: readonly string[], expected: unknown): View => ({
		registry: 'consentRegistry',
		functionName,
		args,
		expected,
	});
	return patients.flatMap(({ address: patient }) => {
		const { epoch, adding, emergencies } = patientAt(world, patient);
		return [
			...readers.flatMap(({ address: reader }) => [
				view(
					'grantOf',
					[patient, reader],
					grantOf(world, patient, reader) ?? { hospital: zeroAddress, expiresAt: 0, epoch: 0 },
				),
				view('canRead', [patient, reader], canRead(world, patient, reader, world.now)),
				view('emergencyUntil', [patient, reader], emergencies.get(reader) ?? 0),
			]),
			...hospitals.map(({ address: hospital }) =>
				view('standingConsentOf', [patient, hospital], [BigInt(adding.get(hospital) ?? 0), BigInt(epoch)]),
			),
		];
	});
}

function accountViews(network: Network, world: World): View[] {
	const { everybody, owners } = castOf(network);
	const noKeys = { version: 0, publishedBlock: 0, keyringBlock: 0, isPatient: false, keyringDigest: zeroHash };
	const words = (registry: RegistryName, { address }: { address: Address }): View => ({
		registry,
		functionName: 'historyOf',
		args: [address],
		expected: wordOf(world, registry, address),
	});
	return [
		...[...world.records].map(([recordId, expected]): View => ({
			registry: 'recordRegistry',
			functionName: 'recordOf',
			args: [recordId],
			expected,
		})),
		...owners.map(({ address }): View => ({
			registry: 'patientRegistry',
			functionName: 'keysOf',
			args: [address],
			expected: world.keys.get(address) ?? noKeys,
		})),
		...everybody.flatMap((person) => [
			...registries.map((registry) => words(registry, person)),
			...signed.map((registry): View => ({
				registry,
				functionName: 'nonceOf',
				args: [person.address],
				expected: nonceOf(world, registry, person.address),
			})),
		]),
	];
}

/** The same few questions and answers come thousands of times: each is coded once. */
const questions = new Map<string, Hash>();
const lengths = new Map<string, number>();
const values = new Map<string, unknown>();

function encoded({ registry, functionName, args }: View): Hash {
	return once(questions, `${registry} ${functionName} ${args.join()}`, () =>
		encodeFunctionData({ abi: abis[registry], functionName, args: [...args] }),
	);
}

/** How many words an answer has: each of them is a number, an address, or a digest. */
function wordsOf({ registry, functionName }: View): number {
	return once(lengths, `${registry} ${functionName}`, () => {
		const item = getAbiItem({ abi: abis[registry], name: functionName }) as AbiFunction;
		const parts = item.outputs as readonly (AbiParameter & { components?: readonly unknown[] })[];
		return parts.reduce((sum, { components }) => sum + (components?.length ?? 1), 0);
	});
}

function decoded({ registry, functionName }: View, data: Hash): unknown {
	return once(values, `${registry} ${functionName} ${data}`, () =>
		decodeFunctionResult({ abi: abis[registry], functionName, data }),
	);
}

function once<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
	const found = known.get(key);
	if (found !== undefined) return found;
	const made = make();
	known.set(key, made);
	return made;
}

/** A value as text in which fields are in order and addresses in lower case. */
function text(value: unknown): string {
	return JSON.stringify(value, (_, part: unknown) => {
		if (typeof part === 'bigint') return `${part}n`;
		if (typeof part === 'string') return part.toLowerCase();
		if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
		return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
	});
}
