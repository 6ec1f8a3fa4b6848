/**
 * Ceph's S3 server, the RADOS Gateway, from the distribution's packages: over one monitor and one object store in memory, all on loopback, in a
 * folder that goes away. About 310 MB of memory. https://docs.ceph.com/en/latest/radosgw/
 */
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts, program, ready, serve, until, type RealCloud, type Server } from './programs.ts';

export const cephPackages = ['ceph-mon', 'ceph-osd', 'ceph-common', 'radosgw'];
export const cephPrograms = ['ceph-mon', 'ceph-osd', 'ceph', 'radosgw'];

const keys = { accessKeyId: 'amana', secretAccessKey: 'amana-secret' };

/** Starts Ceph in the folder; resolves when its gateway answers and has a user. */
export async function startCeph(folder: string): Promise<RealCloud> {
	const [gatewayPort = 0, newPort = 0, oldPort = 0] = await freePorts(3);
	for (const name of ['run', 'log', 'mon', 'osd']) await mkdir(join(folder, name), { recursive: true });
	const fsid = randomUUID();
	const config = join(folder, 'ceph.conf');
	await writeFile(config, configOf(folder, fsid, newPort, oldPort));
	const env = { CEPH_CONF: config };
	const keyring = join(folder, 'keyring');
	const ceph = (...args: string[]) => program('ceph', args, folder, env);
	const servers: Server[] = [];
	// The gateway first: it hangs once its monitor is gone.
	const stop = async () => {
		for (const server of servers.toReversed()) await server.stop();
	};
	try {
		await program('ceph-authtool', ['--create-keyring', keyring, '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *'], folder); // prettier-ignore
		await program('ceph-authtool', [keyring, '--gen-key', '-n', 'client.admin', '--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *'], folder); // prettier-ignore
		const map = join(folder, 'run/monmap');
		await program('monmaptool', ['--create', '--clobber', '--fsid', fsid, '--addv', 'a', `[v2:127.0.0.1:${newPort},v1:127.0.0.1:${oldPort}]`, map], folder); // prettier-ignore
		await program('ceph-mon', ['--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring], folder, env);
		servers.push(serve('ceph-mon', ['-f', '-i', 'a'], folder, env));
		await until(() => ceph('--connect-timeout', '3', '-s'), servers, 20_000);
		// The daemon's uuid must be the one given to 'osd new', and cephx stays on.
		const osd = randomUUID();
		const key = (await program('ceph-authtool', ['--gen-print-key'], folder)).trim();
		await writeFile(join(folder, 'secret.json'), JSON.stringify({ cephx_secret: key }));
		await ceph('osd', 'new', osd, '-i', join(folder, 'secret.json'));
		const osdKeyring = join(folder, 'osd.keyring');
		await program('ceph-authtool', ['--create-keyring', osdKeyring, '--name', 'osd.0', '--add-key', key], folder);
		await program('ceph-osd', ['-i', '0', '--mkfs', '--osd-uuid', osd, '--osd-data', join(folder, 'osd'), '--keyring', osdKeyring], folder, env); // prettier-ignore
		servers.push(serve('ceph-osd', ['-f', '-i', '0', '--keyring', osdKeyring], folder, env));
		await until(async () => {
			if (!(await ceph('osd', 'stat')).includes('1 up')) throw new Error('The object store is not up.');
		}, servers, 30_000); // prettier-ignore
		const gateway = await ceph('auth', 'get-or-create', 'client.rgw.a', 'mon', 'allow rw', 'osd', 'allow rwx');
		await writeFile(join(folder, 'rgw.keyring'), gateway);
		servers.push(serve('radosgw', ['-f', '-n', 'client.rgw.a', '--keyring', join(folder, 'rgw.keyring'), '--rgw-data', join(folder, 'run'), '--rgw-frontends', `beast endpoint=127.0.0.1:${gatewayPort}`], folder, env)); // prettier-ignore
		await ready(`http://127.0.0.1:${gatewayPort}/`, servers, 60_000);
		await program('radosgw-admin', ['user', 'create', '--uid=amana', '--display-name=amana', `--access-key=${keys.accessKeyId}`, `--secret-key=${keys.secretAccessKey}`], folder, env); // prettier-ignore
	} catch (error) {
		await stop();
		throw error;
	}
	return { endpoint: `http://127.0.0.1:${gatewayPort}`, region: 'us-east-1', ...keys, stop };
}

function configOf(folder: string, fsid: string, newPort: number, oldPort: number): string {
	return `[global]
fsid = ${fsid}
mon host = [v2:127.0.0.1:${newPort},v1:127.0.0.1:${oldPort}]
public network = 127.0.0.0/8
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd crush chooseleaf type = 0
osd crush initial weight = 1
osd objectstore = memstore
memstore device bytes = 1073741824
mon allow pool size one = true
mon warn on pool no redundancy = false
mon data avail warn = 1
mon data avail crit = 1
auth allow insecure global id reclaim = true
run dir = ${folder}/run
admin socket = ${folder}/run/$name.asok
log file = ${folder}/log/$name.log
mon cluster log file = ${folder}/log/cluster.log
mon data = ${folder}/mon
osd data = ${folder}/osd
keyring = ${folder}/keyring
setuser match path = ${folder}
rgw thread pool size = 16
`;
}
