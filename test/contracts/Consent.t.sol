// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ConsentRegistry} from "../../contracts/ConsentRegistry.sol";
import {HospitalRegistry} from "../../contracts/HospitalRegistry.sol";
import {PatientRegistry} from "../../contracts/PatientRegistry.sol";
import {RecordRegistry} from "../../contracts/RecordRegistry.sol";
import {IConsentRegistry} from "../../contracts/interfaces/IConsentRegistry.sol";
import {IRecordRegistry} from "../../contracts/interfaces/IRecordRegistry.sol";
import {vm} from "./Vm.sol";

/// @notice Does random things in the name of three patients, and keeps its own account of what must follow.
contract Patients {
    uint256 public constant COUNT = 3;

    ConsentRegistry public immutable consents;
    uint32[COUNT] public revocations;
    uint48[COUNT][COUNT] public grantedUntil;

    constructor(ConsentRegistry consents_, PatientRegistry keys) {
        consents = consents_;
        for (uint256 i = 0; i < COUNT; ++i) {
            vm.prank(patient(i));
            keys.publishKeys("key", "key", bytes32("keyring"), "https://a.example/");
        }
    }

    function grant(uint256 from, uint256 to, uint16 duration) external {
        (from, to) = (from % COUNT, to % COUNT);
        uint48 expiresAt = uint48(block.timestamp) + duration + 1;
        vm.prank(patient(from));
        consents.grantAccess(patient(to), address(0), 0, expiresAt, bytes32("keys"));
        grantedUntil[from][to] = expiresAt;
    }

    function revoke(uint256 from, uint256 to) external {
        (from, to) = (from % COUNT, to % COUNT);
        vm.prank(patient(from));
        consents.revokeAccess(patient(to), 0); // a refusal ends this call
        ++revocations[from];
        grantedUntil[from][to] = 0;
    }

    function letTimePass(uint16 duration) external {
        vm.warp(block.timestamp + duration);
    }

    function patient(uint256 index) public pure returns (address) {
        return address(uint160(0xA000 + index));
    }
}

contract ConsentTest {
    ConsentRegistry private _consents;
    RecordRegistry private _records;
    Patients private _patients;

    function setUp() external {
        HospitalRegistry hospitals = new HospitalRegistry(address(this), 0);
        PatientRegistry keys = new PatientRegistry();
        _consents = new ConsentRegistry(hospitals, keys);
        _records = new RecordRegistry(hospitals, _consents);
        _patients = new Patients(_consents, keys);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_patients);
    }

    /// @notice An epoch counts revocations: it never falls, and nothing else moves it.
    function invariant_EpochsCountRevocations() external view {
        for (uint256 i = 0; i < _patients.COUNT(); ++i) {
            require(_consents.epochOf(_patients.patient(i)) == _patients.revocations(i), "epoch");
        }
    }

    /// @notice Who may read is who was granted, until the end or the revocation.
    function invariant_ReadersAreThoseWhoWereGranted() external view {
        for (uint256 from = 0; from < _patients.COUNT(); ++from) {
            for (uint256 to = 0; to < _patients.COUNT(); ++to) {
                bool expected = _patients.grantedUntil(from, to) > block.timestamp;
                require(_consents.canRead(_patients.patient(from), _patients.patient(to)) == expected, "reader");
            }
        }
    }

    function testFuzz_OnlyThePatientRevokes(address caller) external {
        vm.assume(caller != _patients.patient(0));
        _patients.grant(0, 1, 1000);
        address grantee = _patients.patient(1);
        vm.expectRevert(abi.encodeWithSelector(IConsentRegistry.NoGrant.selector, caller, grantee));
        vm.prank(caller);
        _consents.revokeAccess(grantee, 0);
    }

    function testFuzz_OnlyTheCurrentEpochIsAccepted(uint32 given, uint8 revocations) external {
        address patient = _patients.patient(0);
        uint32 current = revocations % 4;
        for (uint256 i = 0; i < current; ++i) {
            _patients.grant(0, 1, 1000);
            _patients.revoke(0, 1);
        }
        vm.assume(given != current);
        vm.expectRevert(abi.encodeWithSelector(IRecordRegistry.StaleEpoch.selector, given, current));
        vm.prank(patient);
        _records.addRecord(patient, address(0), bytes32("header"), given, 0);
    }

    function testFuzz_OnlyThePatientAddsWithoutAHospital(address caller) external {
        address patient = _patients.patient(0);
        vm.assume(caller != patient);
        vm.expectRevert(abi.encodeWithSelector(IRecordRegistry.NotPatient.selector, patient, caller));
        vm.prank(caller);
        _records.addRecord(patient, address(0), bytes32("header"), 0, 0);
    }
}
