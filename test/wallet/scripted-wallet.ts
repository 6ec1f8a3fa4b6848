/**
 * A wallet for tests: viem accounts with real signatures and transactions, and what a person would press in the wallet's own window as
 * methods. A question waits until the test answers it, as it would wait for a person. `test/e2e/wallet.ts` bridges it into a page;
 * tests in Node take its `provider`.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import {
	bytesToHex,
	defineChain,
	hashTypedData,
	hexToBytes,
	numberToHex,
	type Hex,
	type TypedDataDefinition,
} from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { localProvider, type Provider } from '#lib/wallet/local-provider.ts';

/** What the wallet journey needs of any wallet; MetaMask's driver has the same methods. */
export interface WalletDriver {
	/** As it stands in the list of wallets. */
	readonly name: string;
	approveConnection(): Promise<void>;
	rejectConnection(): Promise<void>;
	approveSignature(): Promise<void>;
	rejectSignature(): Promise<void>;
	approveTransaction(): Promise<void>;
	rejectTransaction(): Promise<void>;
	/** Agrees to change to, or to add, the network that the site asks for. */
	approveNetwork(): Promise<void>;
	rejectNetwork(): Promise<void>;
	/** Chooses another of its accounts in the wallet, unasked. */
	chooseAccount(index: number): Promise<void>;
	/** Chooses another network in the wallet, unasked. */
	chooseNetwork(chainId: number): Promise<void>;
}

export interface ScriptedWalletOptions {
	privateKeys: readonly Hex[];
	rpcUrl: string;
	/** The chain that the wallet is on at first; its own node is always the one at `rpcUrl`. */
	chainId: number;
	/** Chains that it knows already; others have to be added. Default: the one it is on. */
	knownChains?: readonly number[];
	name?: string;
	/** Signs with fresh randomness each time: valid signatures, all different. */
	unpredictable?: boolean;
	/** Signs as a contract wallet does, with more than 65 bytes. */
	contract?: boolean;
	/** Answers every question with yes at once, for tests about something else. */
	approvesAll?: boolean;
}

type Kind = 'connection' | 'signature' | 'transaction' | 'network';

/** An event and what it says; told in turn to every page. */
export type WalletEvent = (event: string, data: unknown) => unknown;

interface Question {
	kind: Kind;
	method: string;
	answer: (approved: boolean) => void;
}

const kindOf: Readonly<Record<string, Kind>> = {
	wallet_requestPermissions: 'connection',
	eth_requestAccounts: 'connection',
	eth_signTypedData_v4: 'signature',
	personal_sign: 'signature',
	eth_sendTransaction: 'transaction',
	wallet_switchEthereumChain: 'network',
	wallet_addEthereumChain: 'network',
};

/** How long a question may take to arrive before a test fails. */
const questionTimeoutMs = 20_000;

export class ScriptedWallet implements WalletDriver {
	readonly name: string;
	/** What was asked so far, oldest first: so that a test can say that nothing was. */
	readonly asked: string[] = [];
	readonly #options: ScriptedWalletOptions;
	readonly #known: Set<number>;
	#questions: Question[] = [];
	#account = 0;
	#chainId: number;
	#connected = false;
	readonly #listeners = new Set<WalletEvent>();

	constructor(options: ScriptedWalletOptions) {
		this.#options = options;
		this.#chainId = options.chainId;
		this.#known = new Set(options.knownChains ?? [options.chainId]);
		this.name = options.name ?? 'Test Wallet';
	}

	/** Lower case. */
	get address(): Hex {
		return this.#addresses()[this.#account] ?? '0x';
	}

	get chainId(): number {
		return this.#chainId;
	}

	/** Kinds of the questions that wait for an answer. */
	get waiting(): Kind[] {
		return this.#questions.map(({ kind }) => kind);
	}

	approveConnection(): Promise<void> {
		return this.#answer('connection', true);
	}

	rejectConnection(): Promise<void> {
		return this.#answer('connection', false);
	}

	approveSignature(): Promise<void> {
		return this.#answer('signature', true);
	}

	rejectSignature(): Promise<void> {
		return this.#answer('signature', false);
	}

	approveTransaction(): Promise<void> {
		return this.#answer('transaction', true);
	}

	rejectTransaction(): Promise<void> {
		return this.#answer('transaction', false);
	}

	approveNetwork(): Promise<void> {
		return this.#answer('network', true);
	}

	rejectNetwork(): Promise<void> {
		return this.#answer('network', false);
	}

	async chooseAccount(index: number): Promise<void> {
		this.#account = index;
		if (this.#connected) await this.#emit('accountsChanged', [this.address]);
	}

	async chooseNetwork(chainId: number): Promise<void> {
		this.#known.add(chainId);
		this.#chainId = chainId;
		await this.#emit('chainChanged', numberToHex(chainId));
	}

	/** As when the person locks the wallet, or takes the site's permission away in it. */
	async forgetSite(): Promise<void> {
		this.#connected = false;
		await this.#emit('accountsChanged', []);
	}

	/** Answers a page's request: `{ result }`, or `{ error }` with EIP-1193's number. */
	async respond(
		method: string,
		params: unknown,
	): Promise<{ result?: unknown; error?: { code: number; message: string } }> {
		try {
			const kind = kindOf[method];
			if (kind && !this.#isSettled(method, params) && !(await this.#ask(kind, method))) {
				throw refusal(4001, 'User rejected the request.');
			}
			return { result: (await this.#do(method, params)) ?? null };
		} catch (error) {
			const { code, message } = error as { code?: number; message?: string };
			return { error: { code: typeof code === 'number' ? code : -32603, message: message ?? 'Internal error' } };
		}
	}

	/** Requests that no wallet asks its person about. */
	#isSettled(method: string, params: unknown): boolean {
		if (method === 'eth_requestAccounts') return this.#connected;
		if (method !== 'wallet_switchEthereumChain') return false;
		const wanted = chainIdOf(params);
		return wanted === this.#chainId || !this.#known.has(wanted);
	}

	async #do(method: string, params: unknown): Promise<unknown> {
		switch (method) {
			case 'eth_chainId':
				return numberToHex(this.#chainId);
			case 'eth_accounts':
				return this.#connected ? [this.address] : [];
			case 'eth_requestAccounts':
				this.#connected = true;
				return [this.address];
			case 'wallet_requestPermissions':
				this.#connected = true;
				return [
					{ parentCapability: 'eth_accounts', caveats: [{ type: 'restrictReturnedAccounts', value: [this.address] }] },
				];
			case 'wallet_revokePermissions':
				this.#connected = false;
				return null;
			case 'wallet_addEthereumChain':
				return this.chooseNetwork(chainIdOf(params));
			case 'wallet_switchEthereumChain':
				if (!this.#known.has(chainIdOf(params))) throw refusal(4902, 'Unrecognized chain ID.');
				return this.chooseNetwork(chainIdOf(params));
			case 'eth_signTypedData_v4':
			case 'personal_sign':
				return this.#sign(method, params);
			default:
				return this.#provider().request({ method, params });
		}
	}

	async #sign(method: string, params: unknown): Promise<unknown> {
		if (!this.#connected) throw refusal(4100, 'Unauthorized.');
		if (this.#options.unpredictable) return freshSignature(this.#key(), (params as [Hex, string])[1]);
		const signature = (await this.#provider().request({ method, params })) as Hex;
		return this.#options.contract ? `${signature}${signature.slice(2)}` : signature;
	}

	#key(): Hex {
		const key = this.#options.privateKeys[this.#account];
		if (!key) throw new Error('The test wallet has no such account.');
		return key;
	}

	#provider(): Provider {
		const { rpcUrl } = this.#options;
		const nativeCurrency = { name: 'Ether', symbol: 'ETH', decimals: 18 };
		const rpcUrls = { default: { http: [rpcUrl] } };
		const chain = defineChain({ id: this.#chainId, name: 'Test', nativeCurrency, rpcUrls });
		return localProvider({ privateKey: this.#key(), chain, rpcUrl });
	}

	#addresses(): Hex[] {
		return this.#options.privateKeys.map((key) => privateKeyToAddress(key).toLowerCase() as Hex);
	}

	#ask(kind: Kind, method: string): Promise<boolean> {
		this.asked.push(method);
		if (this.#options.approvesAll) return Promise.resolve(true);
		return new Promise((answer) => this.#questions.push({ kind, method, answer }));
	}

	/** Answers the oldest question of a kind, waiting for it to be asked. */
	async #answer(kind: Kind, approved: boolean): Promise<void> {
		const until = Date.now() + questionTimeoutMs;
		for (;;) {
			const question = this.#questions.find((candidate) => candidate.kind === kind);
			if (question) {
				this.#questions = this.#questions.filter((candidate) => candidate !== question);
				question.answer(approved);
				return;
			}
			if (Date.now() > until)
				throw new Error(`The site asked for no ${kind}; waiting: ${this.waiting.join(', ') || 'none'}.`);
			await new Promise((resolve) => setTimeout(resolve, 25));
		}
	}

	/** Calls back with each EIP-1193 event. */
	onEvent(listener: WalletEvent): void {
		this.#listeners.add(listener);
	}

	/** For tests in the same process: what an extension would put into the page. */
	get provider() {
		const listeners = new Map<string, Set<(data: never) => void>>();
		this.onEvent((event, data) => {
			for (const listener of [...(listeners.get(event) ?? [])]) listener(data as never);
		});
		return {
			request: async ({ method, params }: { method: string; params?: unknown }): Promise<unknown> => {
				const { result, error } = await this.respond(method, params);
				if (error) throw refusal(error.code, error.message);
				return result;
			},
			on(event: string, listener: (data: never) => void) {
				listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
			},
			removeListener(event: string, listener: (data: never) => void) {
				listeners.get(event)?.delete(listener);
			},
		};
	}

	async #emit(event: string, data: unknown): Promise<void> {
		await Promise.all([...this.#listeners].map((listener) => listener(event, data)));
	}
}

function refusal(code: number, message: string): Error {
	return Object.assign(new Error(message), { code });
}

function chainIdOf(params: unknown): number {
	return Number((params as [{ chainId: Hex }])[0].chainId);
}

/** A valid signature with fresh randomness (RFC 6979 §3.6), as some hardware and multi-party wallets make. */
function freshSignature(privateKey: Hex, typedData: string): Hex {
	const hash = hexToBytes(hashTypedData(JSON.parse(typedData) as TypedDataDefinition));
	const options = { prehash: false, extraEntropy: true, format: 'recovered' } as const;
	const [recovery = 0, ...rs] = secp256k1.sign(hash, hexToBytes(privateKey), options);
	return bytesToHex(Uint8Array.of(...rs, 27 + recovery));
}
