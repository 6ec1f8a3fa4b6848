/**
 * What is deployed, in which order, with which references to one another: the one description for local and public networks.
 *
 * The first account becomes the admin; it appoints the registrar, an address that has to be given. `adminDelay` is how many
 * seconds pass before the admin's office can change hands.
 */
import { buildModule, type IgnitionModule } from '@nomicfoundation/ignition-core';
import { keccak256, toBytes } from 'viem';

const registrarRole = keccak256(toBytes('REGISTRAR_ROLE'));
const twoDays = 2 * 24 * 60 * 60;

const amana: IgnitionModule = buildModule('Amana', (m) => {
	const admin = m.getAccount(0);
	const registrar = m.getParameter<string>('registrar');
	const hospitalRegistry = m.contract('HospitalRegistry', [admin, m.getParameter('adminDelay', twoDays)]);
	const patientRegistry = m.contract('PatientRegistry');
	const consentRegistry = m.contract('ConsentRegistry', [hospitalRegistry]);
	const recordRegistry = m.contract('RecordRegistry', [hospitalRegistry, consentRegistry]);
	const possessionAudit = m.contract('PossessionAudit', [recordRegistry]);
	m.call(hospitalRegistry, 'grantRole', [registrarRole, registrar]);
	return { hospitalRegistry, patientRegistry, consentRegistry, recordRegistry, possessionAudit };
});

export default amana;
