/**
 * The people of the local network. All invented. `account` is the index of a test account of the local chain node; account 0 deploys
 * the contracts and is the registrar.
 */

export interface DemoHospital {
	id: 'hospital-1' | 'hospital-2';
	account: number;
	name: string;
	/** ISO 3166-1 alpha-2. */
	country: string;
	contact: string;
	about: string;
	teams: readonly string[];
}

export interface DemoClinician {
	account: number;
	name: string;
	title: string;
	role: 'doctor' | 'nurse' | 'technician' | 'pharmacist' | 'biller';
	hospital: DemoHospital['id'];
	/** One of the hospital's teams. */
	team: string;
	language: 'en' | 'ar';
}

export interface DemoPatient {
	id: 'patient-1' | 'patient-2' | 'patient-3';
	account: number;
	name: string;
	/** ISO date. */
	birthDate: string;
	language: 'en' | 'ar';
}

export const registrar = { account: 0, name: 'Registrar of hospitals', language: 'en' } as const;

export const hospitals: readonly DemoHospital[] = [
	{
		id: 'hospital-1',
		account: 1,
		name: 'Al-Noor Hospital',
		country: 'JO',
		contact: 'records@al-noor.example',
		about: 'A general hospital in Amman with a chest ward and a heart centre.',
		teams: ['Chest ward', 'Cardiology'],
	},
	{
		id: 'hospital-2',
		account: 2,
		name: 'St Brigid’s Hospital',
		country: 'IE',
		contact: '+353 1 555 0142',
		about: 'A teaching hospital in Dublin.',
		teams: ['Neurology', 'Radiology'],
	},
];

export const clinicians: readonly DemoClinician[] = [
	{
		account: 3,
		name: 'Dr Layla Haddad',
		title: 'Respiratory doctor',
		role: 'doctor',
		hospital: 'hospital-1',
		team: 'Chest ward',
		language: 'en',
	},
	{
		account: 4,
		name: 'Dr Omar Nasser',
		title: 'Cardiologist',
		role: 'doctor',
		hospital: 'hospital-1',
		team: 'Cardiology',
		language: 'ar',
	},
	{
		account: 5,
		name: 'Siobhán Kelly',
		title: 'Specialist nurse',
		role: 'nurse',
		hospital: 'hospital-2',
		team: 'Neurology',
		language: 'en',
	},
	{
		account: 6,
		name: 'Tomás Byrne',
		title: 'Radiographer',
		role: 'technician',
		hospital: 'hospital-2',
		team: 'Radiology',
		language: 'en',
	},
];

export const patients: readonly DemoPatient[] = [
	{ id: 'patient-1', account: 7, name: 'Mariam Al-Khatib', birthDate: '1992-03-14', language: 'en' },
	{ id: 'patient-2', account: 8, name: 'يوسف الحداد', birthDate: '1956-09-30', language: 'ar' },
	{ id: 'patient-3', account: 9, name: 'Grace Okafor', birthDate: '1955-01-06', language: 'en' },
];
