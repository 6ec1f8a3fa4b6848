/**
 * The frame around pages that visitors and signed-in people share (log, hospitals): the visitors' layout has no session code, so the
 * app's layout hangs its own frame here while a session is open, and takes it away afterwards.
 */
import type { Component, Snippet } from 'svelte';

class SignedIn {
	frame = $state.raw<Component<{ children: Snippet }> | null>(null);
}

export const signedIn = new SignedIn();
