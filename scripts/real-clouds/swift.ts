/**
 * OpenStack Swift with its S3 door (s3api), from the distribution's packages: a proxy, and one account, container and object server, all on
 * loopback, as this user, in a folder that goes away. https://docs.openstack.org/swift/latest/
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts, program, ready, serve, type RealCloud } from './programs.ts';

export const swiftPackages = ['swift-proxy', 'swift-account', 'swift-container', 'swift-object'];
export const swiftPrograms = ['swift-proxy-server', 'swift-object-server', 'swift-ring-builder'];

const kinds = ['account', 'container', 'object'] as const;
/** tempauth's first user. */
const keys = { accessKeyId: 'test:tester', secretAccessKey: 'testing' };

/** Starts Swift in the folder; resolves when its S3 door answers. */
export async function startSwift(folder: string): Promise<RealCloud> {
	const [proxyPort = 0, ...ports] = await freePorts(4);
	await mkdir(join(folder, 'devices/d1'), { recursive: true });
	await writeFile(join(folder, 'swift.conf'), '[swift-hash]\nswift_hash_path_prefix = amana\nswift_hash_path_suffix = amana\n\n[storage-policy:0]\nname = one\ndefault = yes\n'); // prettier-ignore
	const common = `bind_ip = 127.0.0.1\nuser = ${process.env.USER ?? 'root'}\nswift_dir = ${folder}\nlog_name = swift\nlog_level = ERROR\n`;
	for (const [i, kind] of kinds.entries()) {
		const port = ports[i] ?? 0;
		const ring = join(folder, `${kind}.builder`);
		await program('swift-ring-builder', [ring, 'create', '4', '1', '1'], folder);
		await program('swift-ring-builder', [ring, 'add', `r1z1-127.0.0.1:${port}/d1`, '1'], folder);
		await program('swift-ring-builder', [ring, 'rebalance'], folder);
		await writeFile(
			join(folder, `${kind}.conf`),
			`[DEFAULT]\n${common}bind_port = ${port}\nworkers = 0\ndevices = ${join(folder, 'devices')}\nmount_check = false\nfallocate_reserve = 0\n` +
				`[pipeline:main]\npipeline = ${kind}-server\n[app:${kind}-server]\nuse = egg:swift#${kind}\n`,
		);
	}
	await writeFile(
		join(folder, 'proxy.conf'),
		`[DEFAULT]\n${common}bind_port = ${proxyPort}\nworkers = 0\ncors_allow_origin = *\ncors_expose_headers = etag, content-range\nstrict_cors_mode = false\n` +
			'[pipeline:main]\npipeline = catch_errors gatekeeper cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server\n' +
			'[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\nallow_account_management = true\n' +
			'[filter:s3api]\nuse = egg:swift#s3api\nlocation = us-east-1\ncors_preflight_allow_origin = *\nallow_multipart_uploads = true\ns3_acl = no\nmin_segment_size = 5242880\n' +
			'[filter:tempauth]\nuse = egg:swift#tempauth\nuser_test_tester = testing .admin\n' +
			'[filter:cache]\nuse = egg:swift#memcache\nmemcache_servers = 127.0.0.1:1\n' +
			['catch_errors', 'gatekeeper', 'listing_formats', 'bulk', 'copy', 'slo', 'dlo', 'versioned_writes', 'symlink']
				.map((name) => `[filter:${name}]\nuse = egg:swift#${name}\n`)
				.join(''),
	);
	const servers = [...kinds, 'proxy' as const].map((kind) => serve(`swift-${kind}-server`, [join(folder, `${kind}.conf`)], folder)); // prettier-ignore
	const stop = async () => {
		await Promise.all(servers.map((server) => server.stop()));
	};
	try {
		await ready(`http://127.0.0.1:${proxyPort}/`, servers, 30_000);
	} catch (error) {
		await stop();
		throw error;
	}
	return { endpoint: `http://127.0.0.1:${proxyPort}`, region: 'us-east-1', ...keys, stop };
}
