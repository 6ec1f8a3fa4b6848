/** Every action that one signs and another executes: what it does, and each way in which it is refused. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keccak256, numberToHex, size, slice } from 'viem';
import { consentRegistryAbi } from '../../src/lib/chain/abi/consent-registry.ts';
import { domainOf, type MessageName } from '../../src/lib/chain/permissions/messages.ts';
import { chainId, emits, networkHelpers, oneNonce, publicClient, refuses, viem } from './network.ts';
import type { Hex, People } from './network.ts';
import { actionOf, alterations, messageNames, readyToSign, registryOf, relay, sign } from './permissions.ts';
import type { Action, Permission } from './permissions.ts';

/** The order of the curve's group: with (r, s) also (r, order - s) is a signature, which only one of the two may be. */
const order = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141n;

async function prepare(name: MessageName): Promise<{ people: People; action: Action }> {
	const people = await readyToSign();
	return { people, action: await actionOf(people, name) };
}

/** What the signer of the action signs. */
const signed = (people: People, action: Action, options: Parameters<typeof sign>[4] = {}) =>
	sign(people, action.signer, action.name, action.message, options);

const nonceOf = ({ signer, registry }: Action) => signer[registry].read.nonceOf([signer.address]);

const refusesSignature = (people: People, action: Action, permission: Permission, args = action.args) =>
	refuses(relay(people, action, permission, args), registryOf(action), 'InvalidSignature', [permission.signer]);

const refusesNonce = (people: People, action: Action, permission: Permission, current: number) =>
	refuses(relay(people, action, permission), registryOf(action), 'WrongNonce', [
		action.signer.address,
		permission.nonce,
		current,
	]);

for (const name of messageNames) {
	describe(`Signed actions: ${name}`, () => {
		it('anyone executes it, and the event names who signed', async () => {
			const { people, action } = await prepare(name);
			const { relayer } = people;
			const sent = await relay(people, action, await signed(people, action));
			for (const [event, args] of action.events) await emits(sent, registryOf(action), event, args);
			const { from } = await publicClient.getTransaction({ hash: sent });
			assert.notEqual(from.toLowerCase(), action.signer.address.toLowerCase());
			assert.equal(await nonceOf(action), 1);
			assert.equal(await relayer[action.registry].read.historyOf([relayer.address]), 0n);
		});

		it('it counts once', async () => {
			const { people, action } = await prepare(name);
			const permission = await signed(people, action);
			await relay(people, action, permission);
			await refusesNonce(people, action, permission, 1);
		});

		it('a relayer cannot change any of its terms', async () => {
			const { people, action } = await prepare(name);
			const permission = await signed(people, action);
			for (const args of alterations(action.args)) {
				await refusesSignature(people, action, permission, args);
			}
			await refusesSignature(people, action, { ...permission, deadline: permission.deadline + 1 });
			await refusesSignature(people, action, { ...permission, signer: people.stranger.address });
			await relay(people, action, permission);
		});

		it('nobody signs for another', async () => {
			const { people, action } = await prepare(name);
			const { admin, registrar, hospital, nurse, stranger, relayer } = people;
			for (const person of [admin, registrar, hospital, nurse, stranger, relayer]) {
				const forged = await sign(people, person, name, action.message, { inTheNameOf: action.signer.address });
				await refusesSignature(people, action, forged);
			}
		});

		it('it counts on one chain only', async () => {
			const { people, action } = await prepare(name);
			for (const other of [1, 0, chainId + 1]) {
				await refusesSignature(people, action, await signed(people, action, { chainId: other }));
			}
		});

		it('it counts in one registry only', async () => {
			const { people, action } = await prepare(name);
			const { contracts } = people;
			const own = domainOf(name, chainId, contracts).verifyingContract;
			const { hospitalRegistry, patientRegistry, consentRegistry, recordRegistry } = contracts;
			const others = [hospitalRegistry, patientRegistry, consentRegistry, recordRegistry].filter(
				(address) => address !== own,
			);
			for (const verifyingContract of others) {
				await refusesSignature(people, action, await signed(people, action, { verifyingContract }));
			}
		});

		it('it counts until the second of its deadline, and no longer', async () => {
			const { people, action } = await prepare(name);
			const deadline = (await networkHelpers.time.latest()) + 1000;
			const permission = await signed(people, action, { deadline });
			await networkHelpers.time.setNextBlockTimestamp(deadline + 1);
			await refuses(relay(people, action, permission), registryOf(action), 'PermissionExpired', [deadline]);
			await networkHelpers.time.setNextBlockTimestamp(deadline);
			await relay(people, action, permission);
		});

		it('it counts in its turn, and not after it was cancelled', async () => {
			const { people, action } = await prepare(name);
			const { signer, registry } = action;
			const [first, second] = [await signed(people, action), await signed(people, action, { nonce: 1 })];
			await refusesNonce(people, action, second, 0);
			const { address } = signer[registry];
			await signer.wallet.writeContract({ address, abi: consentRegistryAbi, functionName: 'cancelPermission' });
			await refusesNonce(people, action, first, 1);
			await relay(people, action, second);
		});

		it('one signature has one form: neither its mirror image, nor the short form, nor another v counts', async () => {
			const { people, action } = await prepare(name);
			const permission = await signed(people, action);
			const [r, s, v] = [
				slice(permission.signature, 0, 32),
				BigInt(slice(permission.signature, 32, 64)),
				permission.signature.slice(-2),
			];
			const isEven = v === '1b';
			const highS = numberToHex(order - s, { size: 32 }).slice(2);
			const compact = numberToHex(s | (isEven ? 0n : 1n << 255n), { size: 32 }).slice(2);
			const lowS = numberToHex(s, { size: 32 }).slice(2);
			assert.equal(size(`${r}${compact}` as Hex), 64);
			for (const signature of [
				`${r}${highS}${isEven ? '1c' : '1b'}`,
				`${r}${highS}${v}`,
				`${r}${compact}`,
				`${r}${lowS}${isEven ? '00' : '01'}`,
				`${r}${lowS}${isEven ? '1c' : '1b'}`,
				`${permission.signature}00`,
				keccak256(permission.signature),
				'0x',
			]) {
				await refusesSignature(people, action, { ...permission, signature: signature as Hex });
			}
			await relay(people, action, permission);
		});

		it('an account with code signs as its code says, and for nobody else', async () => {
			const { people, action } = await prepare(name);
			const { stranger, nurse } = people;
			const { signer } = action;
			await becomeSmartAccount(signer.address, stranger.address);
			const asAccount = { inTheNameOf: signer.address };
			const byAnother = await sign(people, nurse, name, action.message, asAccount);
			await refusesSignature(people, action, byAnother);
			const byOwner = await sign(people, stranger, name, action.message, asAccount);
			for (const args of alterations(action.args)) {
				await refusesSignature(people, action, byOwner, args);
			}
			const sent = await relay(people, action, byOwner);
			for (const [event, args] of action.events) await emits(sent, registryOf(action), event, args);
			await refusesNonce(people, action, byOwner, 1);
			assert.equal((await signer[action.registry].read.historyOf([signer.address])) >> 224n, 1n);
		});
	});
}

/** Gives the account, whatever it did before, the code of a wallet that `owner` owns. */
async function becomeSmartAccount(address: Hex, owner: Hex): Promise<void> {
	const { address: original } = await viem.deployContract('SmartAccount', [owner]);
	const code = await publicClient.getCode({ address: original });
	await networkHelpers.setCode(address, code!);
	await networkHelpers.setStorageAt(address, 0, numberToHex(BigInt(owner), { size: 32 }));
}

describe('Signed actions: epochs', () => {
	it('what a patient signed under an epoch that has passed meanwhile, or is to come, adds and reseals nothing', async () => {
		for (const name of ['AddRecord', 'AmendRecord', 'AddRecords', 'ResealRecords'] as const) {
			for (const epoch of [0, 2]) {
				const { people, action } = await prepare(name);
				const args = action.args.map((arg) => (arg === 1 ? epoch : arg));
				const permission = await signed(people, { ...action, message: { ...action.message, epoch } });
				await refuses(relay(people, action, permission, args), registryOf(action), 'StaleEpoch', [epoch, 1]);
				assert.equal(await nonceOf(action), 0, 'a refusal uses no permission up');
			}
		}
	});
});

describe('Signed actions: what a wallet shows', () => {
	it('each registry says under which name and version it takes messages', async () => {
		const people = await readyToSign();
		const { stranger, contracts } = people;
		const { consents, records, patients } = stranger;
		for (const [name, said] of [
			['ShareRecords', await consents.read.eip712Domain()],
			['AddRecord', await records.read.eip712Domain()],
			['PublishKeys', await patients.read.eip712Domain()],
		] as const) {
			const [fields, title, version, chain, address, salt, extensions] = said;
			const domain = domainOf(name, chainId, contracts);
			assert.deepEqual([title, version, Number(chain), address], [domain.name, domain.version, chainId, address]);
			assert.equal(address.toLowerCase(), domain.verifyingContract.toLowerCase());
			assert.deepEqual([fields, BigInt(salt), extensions], ['0x0f', 0n, []]);
		}
	});

	it('every function whose name ends in For has its message, and no other has', async () => {
		const people = await readyToSign();
		const named: string[] = [];
		for (const name of messageNames) named.push(`${(await actionOf(people, name)).functionName}For`);
		const { consents, records, patients, hospitals } = people.patient;
		const functions = [consents, records, patients, hospitals].flatMap(({ abi }) =>
			abi.filter((item) => item.type === 'function').map((item) => item.name),
		);
		assert.deepEqual(named.sort(), functions.filter((name) => name.endsWith('For')).sort());
		assert.equal(oneNonce, 1n << 224n);
	});
});
