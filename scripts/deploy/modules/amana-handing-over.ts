/**
 * The same, and the deployer offers the admin's office to another address. That takes `adminDelay` to ripen; then the other accepts
 * by `acceptDefaultAdminTransfer`, and only then is the deployer no longer admin.
 */
import { buildModule, type CallableContractFuture, type IgnitionModule } from '@nomicfoundation/ignition-core';
import amana from './amana.ts';

const amanaHandingOver: IgnitionModule = buildModule('AmanaHandingOver', (m) => {
	const contracts = m.useModule(amana);
	const { hospitalRegistry } = contracts;
	if (!hospitalRegistry) throw new Error('The module deploys no HospitalRegistry.');
	m.call(hospitalRegistry as CallableContractFuture<string>, 'beginDefaultAdminTransfer', [
		m.getParameter<string>('admin'),
	]);
	return contracts;
});

export default amanaHandingOver;
