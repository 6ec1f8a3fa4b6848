/**
 * What Filecoin's contracts say of one data set, by the interfaces of those on the calibration network: PDPVerifier, the Warm Storage service
 * and its view, the registry of providers, and Multicall3. State changes as they change it; a call that they refuse is refused with their error.
 *
 * Longer than other files: all of them look at one state, which is private to one class.
 */
import * as Abis from '@filoz/synapse-core/abis';
import { calibration } from '@filoz/synapse-core/chains';
import * as Piece from '@filoz/synapse-core/piece';
import { EIP712Types, getStorageDomain, signAddPiecesAbiParameters } from '@filoz/synapse-core/typed-data';
import { encodePDPCapabilities } from '@filoz/synapse-core/utils';
import {
	decodeAbiParameters,
	decodeFunctionData,
	encodeAbiParameters,
	encodeErrorResult,
	encodeEventTopics,
	encodeFunctionResult,
	multicall3Abi,
	numberToHex,
	recoverTypedDataAddress,
	toHex,
	type Abi,
	type Address,
	type Hex,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

export const dataSetId = 12;
/** Keys that everybody knows: of the wallet that pays, and of a session key that it allowed. */
export const payerKey = `0x${'a1'.repeat(32)}` as const;
export const sessionKey = `0x${'b2'.repeat(32)}` as const;

const payer = privateKeyToAccount(payerKey).address;
const provider = privateKeyToAccount(`0x${'c3'.repeat(32)}`).address;
const clientDataSetId = 77n;
const providerId = 5n;
const { contracts } = calibration;
const types = EIP712Types;
const domain = getStorageDomain({ chain: calibration });

interface KeptPiece {
	id: number;
	piece: string;
	keys: readonly string[];
	values: readonly string[];
}

interface LogQuery {
	fromBlock: Hex;
	toBlock: Hex;
	address: Address | Address[];
	topics: (Hex | Hex[] | null)[];
}

interface Log {
	address: Address;
	topics: Hex[];
	data: Hex;
	blockNumber: number;
}

/** A call that reverts, with the error's bytes. */
class Reverted extends Error {
	readonly data: Hex;
	constructor(data: Hex) {
		super('execution reverted');
		this.data = data;
	}
}

export class FilecoinContracts {
	/** The refusal that adding pieces meets whatever is right; null: none. */
	refusal: Hex | null = null;
	/** Keys beside the payer's own that may sign. */
	sessionKeys: Address[] = [privateKeyToAccount(sessionKey).address];
	live = true;
	/** The node is behind: it does not yet show pieces that were added. */
	hidden = false;
	/** What the registry says of where the provider listens, in the place of where it does. */
	serviceUrl: string | null = null;
	/** How many blocks back the node tells of logs. */
	lookback = Infinity;
	block = 4_000_000;
	lastProvenEpoch = 3_999_000n;
	#pieces: KeptPiece[] = [];
	#scheduled: number[] = [];
	#nonces = new Set<bigint>();
	#nextId = 0;
	#logs: Log[] = [];

	/** Adds pieces as FilecoinWarmStorageService.piecesAdded does; not `accepted`, they pass its checks and the chain drops them. */
	async addPieces(
		pieces: readonly string[],
		extraData: Hex,
		accepted = true,
	): Promise<{ ids: number[] } | { refusal: Hex }> {
		const cids = pieces.map((piece) => toHex(Piece.parse(piece).bytes));
		const { nonce, keys, values, refusal } = await this.#weigh(cids, extraData);
		if (refusal) return { refusal };
		if (!accepted) return { ids: [] };
		this.#nonces.add(nonce);
		const ids = pieces.map((piece, i) => {
			const id = this.#nextId++;
			this.#pieces.push({ id, piece, keys: keys[i] ?? [], values: values[i] ?? [] });
			return id;
		});
		return { ids };
	}

	/** What the contracts say to these pieces and this signature, which they look at in this order. */
	async #weigh(pieces: readonly Hex[], extraData: Hex) {
		const [nonce, keys, values, signature] = decodeAbiParameters(signAddPiecesAbiParameters, extraData);
		const pieceData = pieces.map((data) => ({ data }));
		const pieceMetadata = pieces.map((_, i) => ({
			pieceIndex: BigInt(i),
			metadata: (keys[i] ?? []).map((key, j) => ({ key, value: values[i]?.[j] ?? '' })),
		}));
		const message = { clientDataSetId, nonce, pieceData, pieceMetadata };
		const signer = await recoverTypedDataAddress({ domain, types, primaryType: 'AddPieces', message, signature });
		const long = values.flat().findIndex((value) => value.length > 128);
		const { fwss: abi } = Abis;
		let refusal = this.refusal;
		if (!refusal && !this.#maySign(signer)) refusal = invalidSignature(signer);
		if (!refusal && this.#nonces.has(nonce)) {
			refusal = encodeErrorResult({ abi, errorName: 'ClientDataSetAlreadyRegistered', args: [nonce] });
		}
		if (!refusal && long >= 0) {
			const length = BigInt(values.flat()[long]?.length ?? 0);
			refusal = encodeErrorResult({
				abi,
				errorName: 'MetadataValueExceedsMaxLength',
				args: [BigInt(long), 128n, length],
			});
		}
		return { nonce, keys, values, refusal };
	}

	/** Adding pieces, as if: what a node answers to the provider who asks whether it would be taken. */
	async #rehearse(from: Address | undefined, args: readonly unknown[]): Promise<Hex> {
		const [setId, , pieces, extraData] = args as [bigint, Address, { data: Hex }[], Hex];
		const isProvider = from?.toLowerCase() === provider.toLowerCase();
		if (!isProvider || setId !== BigInt(dataSetId)) throw new Reverted('0x');
		const { refusal } = await this.#weigh(pieces.map(({ data }) => data), extraData); // prettier-ignore
		if (refusal) throw new Reverted(refusal);
		return encodeFunctionResult({ abi: Abis.pdp, functionName: 'addPieces', result: BigInt(this.#nextId) });
	}

	/** Schedules a removal; null when that went well, else the refusal. */
	async scheduleRemoval(pieceId: bigint, extraData: Hex): Promise<Hex | null> {
		const [signature] = decodeAbiParameters([{ type: 'bytes' }], extraData);
		const message = { clientDataSetId, pieceIds: [pieceId] };
		const signer = await recoverTypedDataAddress({ domain, types, primaryType: 'SchedulePieceRemovals', message, signature }); // prettier-ignore
		if (!this.#maySign(signer)) return invalidSignature(signer);
		this.#scheduled.push(Number(pieceId));
		return null;
	}

	/** The next proof: what was scheduled goes, and the log says what was proven. */
	prove(): void {
		this.#pieces = this.#pieces.filter(({ id }) => !this.#scheduled.includes(id));
		this.#scheduled = [];
		this.lastProvenEpoch = BigInt(this.block);
		const setId = BigInt(dataSetId);
		const challenges = this.#pieces.slice(0, 5).map(({ id }) => ({ pieceId: BigInt(id), offset: 0n }));
		this.#log(contracts.pdp, 'PossessionProven', { setId }, [challenges]);
		this.#log(contracts.pdp, 'NextProvingPeriod', { setId }, [BigInt(this.block + 2880), 100n]);
		this.block += 100;
	}

	/** A period without a proof, as the service notes it. */
	fault(periods: number): void {
		this.#log(contracts.fwss, 'FaultRecord', { dataSetId: BigInt(dataSetId) }, [BigInt(periods), BigInt(this.block)]);
		this.block += 100;
	}

	/** A node's answer to one question: `{ result }` or `{ error }`. `serviceUrl` is where the provider says that it listens. */
	async answer(method: string, params: readonly unknown[], serviceUrl: string): Promise<object> {
		if (method === 'eth_chainId') return { result: numberToHex(calibration.id) };
		if (method === 'eth_blockNumber') return { result: numberToHex(this.block) };
		if (method === 'eth_getLogs') {
			const query = params[0] as LogQuery;
			const isTooFar = Number(query.fromBlock) < this.block - this.lookback;
			if (isTooFar) return { error: { code: 1, message: 'lookbacks of more than 16h40m0s are disallowed' } };
			return { result: this.#find(query) };
		}
		if (method !== 'eth_call') return { error: { code: -32601, message: `method ${method} not found` } };
		const { from, to, data } = params[0] as { from?: Address; to: Address; data: Hex };
		try {
			if (to.toLowerCase() === contracts.pdp.address.toLowerCase()) {
				const { functionName, args } = decodeFunctionData({ abi: Abis.pdp, data });
				if (functionName === 'addPieces') return { result: await this.#rehearse(from, args) };
			}
			return { result: this.#call(to, data, this.serviceUrl ?? serviceUrl) };
		} catch (error) {
			if (!(error instanceof Reverted)) throw error;
			return { error: { code: 3, message: `execution reverted: vm error=[${error.data}]`, data: error.data } };
		}
	}

	#call(to: Address, data: Hex, serviceUrl: string): Hex {
		const is = (contract: { address: Address }) => contract.address.toLowerCase() === to.toLowerCase();
		if (is(contracts.multicall3)) {
			const call = decodeFunctionData({ abi: multicall3Abi, data });
			if (call.functionName !== 'aggregate3') throw new Reverted('0x');
			const result = call.args[0].map(({ target, callData }) => {
				try {
					return { success: true, returnData: this.#call(target, callData, serviceUrl) };
				} catch (error) {
					if (error instanceof Reverted) return { success: false, returnData: error.data };
					throw error;
				}
			});
			return encodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', result });
		}
		const found = [contracts.pdp, contracts.fwssView, contracts.serviceProviderRegistry].find(is);
		if (!found) return '0x';
		const abi = found.abi as Abi;
		const { functionName, args = [] } = decodeFunctionData({ abi, data });
		return encodeFunctionResult({
			abi,
			functionName,
			result: this.#result(functionName, args as bigint[], serviceUrl),
		});
	}

	#result(name: string, args: readonly bigint[], serviceUrl: string): unknown {
		const [first = 0n, second = 0n, third = 0n] = args;
		if (name === 'getProviderWithProduct') return registered(serviceUrl);
		if (name === 'getDataSet') return first === BigInt(dataSetId) ? described : { ...described, pdpRailId: 0n };
		if (name === 'dataSetLive') return this.live;
		if (name === 'getDataSetListener') return contracts.fwss.address;
		if (name === 'getAllDataSetMetadata') return [[], []];
		if (name === 'getActivePieceCount') return BigInt(this.#pieces.length);
		if (name === 'getDataSetLastProvenEpoch') return this.lastProvenEpoch;
		if (name === 'getScheduledRemovals') return this.#scheduled.map(BigInt);
		if (name === 'getActivePiecesByCursor') {
			const rest = this.hidden ? [] : this.#pieces.filter(({ id }) => id >= second);
			const page = rest.slice(0, Number(third));
			const cids = page.map(({ piece }) => ({ data: toHex(Piece.parse(piece).bytes) }));
			return [cids, page.map(({ id }) => BigInt(id)), rest.length > page.length];
		}
		if (name === 'getAllPieceMetadata') {
			const { keys, values } = this.#pieces.find(({ id }) => id === Number(second)) ?? { keys: [], values: [] };
			return [keys, values];
		}
		throw new Reverted('0x');
	}

	#maySign(signer: Address): boolean {
		return signer === payer || this.sessionKeys.includes(signer);
	}

	#log(contract: { address: Address; abi: Abi }, eventName: string, args: object, values: unknown[]): void {
		const event = contract.abi.find((item) => item.type === 'event' && item.name === eventName);
		const inputs = event?.type === 'event' ? event.inputs.filter(({ indexed }) => !indexed) : [];
		const topics = encodeEventTopics({ abi: contract.abi, eventName, args }) as Hex[]; // prettier-ignore
		this.#logs.push({ address: contract.address, topics, data: encodeAbiParameters(inputs, values), blockNumber: this.block }); // prettier-ignore
	}

	#find({ fromBlock, toBlock, address, topics }: LogQuery): object[] {
		const from = Number(fromBlock);
		const to = toBlock.startsWith('0x') ? Number(toBlock) : Infinity;
		const addresses = [address].flat().map((each) => each.toLowerCase());
		return this.#logs
			.filter(
				(log) =>
					log.blockNumber >= from &&
					log.blockNumber <= to &&
					addresses.includes(log.address.toLowerCase()) &&
					topics.every((wanted, i) => wanted === null || [wanted].flat().includes(log.topics[i] ?? '0x')),
			)
			.map((log) => ({
				...log,
				blockNumber: numberToHex(log.blockNumber),
				blockHash: numberToHex(log.blockNumber, { size: 32 }),
				logIndex: '0x0',
				transactionIndex: '0x0',
				transactionHash: numberToHex(log.blockNumber, { size: 32 }),
				removed: false,
			}));
	}
}

const described = {
	pdpRailId: 3n,
	cacheMissRailId: 0n,
	cdnRailId: 0n,
	payer,
	payee: provider,
	serviceProvider: provider,
	commissionBps: 0n,
	clientDataSetId,
	pdpEndEpoch: 0n,
	providerId,
	dataSetId: BigInt(dataSetId),
};

function registered(serviceURL: string) {
	const [capabilityKeys, productCapabilityValues] = encodePDPCapabilities({
		serviceURL,
		minPieceSizeInBytes: 127n,
		maxPieceSizeInBytes: 1_065_353_216n,
		storagePricePerTibPerDay: 80_000_000_000_000_000n,
		minProvingPeriodInEpochs: 2880n,
		location: 'C=XX;ST=Local;L=Loopback',
		paymentTokenAddress: contracts.usdfc.address,
		ipniPiece: false,
		ipniIpfs: false,
	});
	return {
		providerId,
		providerInfo: {
			serviceProvider: provider,
			payee: provider,
			name: 'Local',
			description: 'A double',
			isActive: true,
		},
		product: { productType: 0, capabilityKeys, isActive: true },
		productCapabilityValues,
	};
}

/** The service's error for a signature by a key that nobody allowed. */
function invalidSignature(actual: Address): Hex {
	const abi = [
		{ type: 'error', name: 'InvalidSignature', inputs: [{ type: 'address', name: 'expected' }, { type: 'address', name: 'actual' }] }, // prettier-ignore
	] as const;
	return encodeErrorResult({ abi, errorName: 'InvalidSignature', args: [payer, actual] });
}
