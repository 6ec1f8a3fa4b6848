/** What every scene is given: the site, a browser, a camera. A scene is one person's way through their screens. */
import type { Page } from '@playwright/test';
import type { SiteConfig } from '#lib/records/config.ts';
import type { Camera } from './camera.ts';

export interface Stage {
	config: SiteConfig;
	camera: Camera;
	/** A browser of their own for somebody, at the site. */
	enter: () => Promise<Page>;
	/** The wallet address of somebody of the demo. */
	addressOf: (name: string) => string;
}

export interface Scene {
	/** Picks it on the command line, and heads its part of the table. */
	name: string;
	title: string;
	play: (stage: Stage) => Promise<void>;
}
