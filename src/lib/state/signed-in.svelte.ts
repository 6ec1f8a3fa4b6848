/**
 * The frame around pages that visitors and signed-in people share (log, hospitals): the visitors' layout has no session code, so the
 * app's layout leaves its own frame here once it was loaded. Null while no session is open.
 */
import type { Component, Snippet } from 'svelte';

export type Frame = Component<{ children: Snippet }>;

class SignedIn {
	#provided = $state.raw<{ frame: Frame; isOpen: () => boolean } | null>(null);

	get frame(): Frame | null {
		return this.#provided?.isOpen() ? this.#provided.frame : null;
	}

	provide(frame: Frame, isOpen: () => boolean): void {
		this.#provided = { frame, isOpen };
	}
}

export const signedIn = new SignedIn();
