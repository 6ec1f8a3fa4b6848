import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#lib/errors.ts';
import { Network } from '#lib/state/network.svelte.ts';

const unreachable = new AppError('chain.unreachable', 'no answer');

describe('whether the chain answers', () => {
	let network: Network;
	let isSilent: boolean;
	const ask = vi.fn(() => (isSilent ? Promise.reject(unreachable) : Promise.resolve()));
	beforeEach(() => {
		vi.useFakeTimers();
		ask.mockClear();
		network = new Network();
		network.askWith(ask);
		isSilent = true;
	});
	afterEach(() => vi.useRealTimers());

	it('is not known before anything was read', () => {
		expect(network.reachable).toBeNull();
	});

	it('is taken from what was read, without asking', () => {
		network.answered();
		expect(network.reachable).toBe(true);
		expect(ask).not.toHaveBeenCalled();
	});

	it('is not doubted for a failure that says nothing about it', () => {
		network.answered();
		network.failed(new AppError('storage.unreachable', 'a cloud'));
		expect(network.reachable).toBe(true);
	});

	it('is not believed again for what a cloud or this browser gave while the chain is silent', async () => {
		network.failed(unreachable);
		network.answered();
		await vi.advanceTimersByTimeAsync(0);
		expect(network.reachable).toBe(false);
		expect(ask).toHaveBeenCalledTimes(1);
	});

	it('is found out by asking when something was read after a silence, once for all that was', async () => {
		network.failed(unreachable);
		isSilent = false;
		network.answered();
		network.answered();
		await vi.advanceTimersByTimeAsync(0);
		expect(network.reachable).toBe(true);
		expect(ask).toHaveBeenCalledTimes(1);
	});

	it('is asked again every five seconds until it does', async () => {
		network.failed(unreachable);
		await vi.advanceTimersByTimeAsync(10_000);
		expect(network.reachable).toBe(false);
		isSilent = false;
		await vi.advanceTimersByTimeAsync(5_000);
		expect(network.reachable).toBe(true);
		await vi.advanceTimersByTimeAsync(20_000);
		expect(ask).toHaveBeenCalledTimes(3);
	});
});
