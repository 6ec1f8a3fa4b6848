/** What the shell is told; it knows nothing but this. */
import type { IconComponent } from './icon.ts';
import type { PersonKind } from './kinds.ts';

export interface NavItem {
	href: string;
	label: string;
	icon: IconComponent;
	current: boolean;
	/** How many wait there. */
	count?: number | undefined;
}

export interface ShellNetwork {
	/** "Connected to Base" */
	label: string;
	state: 'well' | 'wait' | 'none';
}

export interface ShellPerson {
	name: string | null;
	address: string;
	/** The role as a word: "Patient". */
	role: string;
	kind?: PersonKind;
}

export interface ShellRole {
	id: string;
	label: string;
	/** "Al-Noor Hospital" */
	detail?: string | undefined;
	current: boolean;
}
