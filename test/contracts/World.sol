// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IConsentRegistry} from "../../contracts/interfaces/IConsentRegistry.sol";
import {IHospitalRegistry} from "../../contracts/interfaces/IHospitalRegistry.sol";
import {IPatientRegistry} from "../../contracts/interfaces/IPatientRegistry.sol";
import {IPossessionAudit} from "../../contracts/interfaces/IPossessionAudit.sol";
import {IRecordRegistry} from "../../contracts/interfaces/IRecordRegistry.sol";
import {vm} from "./Vm.sol";

struct Registries {
    IHospitalRegistry hospitals;
    IPatientRegistry keys;
    IConsentRegistry consents;
    IRecordRegistry records;
    IPossessionAudit audits;
}

address constant ADMIN = address(0xAD);
address constant REGISTRAR = address(0xEE);
bytes32 constant REGISTRAR_ROLE = keccak256("REGISTRAR_ROLE");
bytes32 constant TEAM = "team";

/// @dev The registries as they are compiled to be deployed, rather than compiled once more into each test.
function deployRegistries() returns (Registries memory all) {
    all.hospitals = IHospitalRegistry(deploy("HospitalRegistry", abi.encode(ADMIN, 0)));
    all.keys = IPatientRegistry(deploy("PatientRegistry", ""));
    all.consents = IConsentRegistry(deploy("ConsentRegistry", abi.encode(all.hospitals)));
    all.records = IRecordRegistry(deploy("RecordRegistry", abi.encode(all.hospitals, all.consents)));
    all.audits = IPossessionAudit(deploy("PossessionAudit", abi.encode(all.records)));
    vm.prank(ADMIN);
    IAccessControl(address(all.hospitals)).grantRole(REGISTRAR_ROLE, REGISTRAR);
}

function deploy(string memory name, bytes memory parameters) returns (address deployed) {
    bytes memory code = bytes.concat(vm.getCode(string.concat(name, ".sol:", name)), parameters);
    assembly ("memory-safe") {
        deployed := create(0, add(code, 0x20), mload(code))
    }
    require(deployed != address(0), name);
}

/**
 * @notice Two hospitals, four clinicians and three patients to whom random things happen, and an account of its own of
 * who is whose member. A random call that a registry refuses undoes itself and changes neither.
 */
abstract contract World {
    uint256 public constant PATIENTS = 3;
    uint256 public constant CLINICIANS = 4;
    uint256 public constant HOSPITALS = 2;
    uint8 internal constant EMERGENCY_ROLE = 6;

    Registries internal _all;
    mapping(address hospital => bool isSuspended) public suspended;
    mapping(address hospital => mapping(address clinician => uint48 until)) public memberUntil;
    mapping(address hospital => mapping(address clinician => uint8 role)) internal _roles;
    uint256 public wrongs; // how often a registry did not do what this contract expected

    constructor(Registries memory all) {
        _all = all;
        for (uint256 h = 0; h < HOSPITALS; ++h) {
            vm.prank(hospital(h));
            all.hospitals.applyAsHospital("profile");
            vm.prank(REGISTRAR);
            all.hospitals.approve(hospital(h));
            vm.prank(hospital(h));
            all.hospitals.addTeam(hospital(h), TEAM, "directory");
        }
        for (uint256 c = 0; c < CLINICIANS; ++c) admit(c, c, c == 0 ? EMERGENCY_ROLE : 1, type(uint16).max);
    }

    function admit(uint256 h, uint256 c, uint8 role, uint16 minutes_) public {
        (address where, address who, uint48 until) = (hospital(h), clinician(c), _in(minutes_));
        role = (role % EMERGENCY_ROLE) + 1;
        vm.prank(where);
        _all.hospitals.addMember(where, IHospitalRegistry.Admission(who, role, TEAM, until, "directory", "keys"));
        memberUntil[where][who] = until;
        _roles[where][who] = role;
    }

    function dismiss(uint256 h, uint256 c) external {
        vm.prank(hospital(h));
        _all.hospitals.removeMember(hospital(h), clinician(c), "directory", "keys");
        memberUntil[hospital(h)][clinician(c)] = 0;
    }

    function suspend(uint256 h) external {
        vm.prank(REGISTRAR);
        _all.hospitals.suspend(hospital(h), "reason");
        suspended[hospital(h)] = true;
    }

    function reinstate(uint256 h) external {
        vm.prank(REGISTRAR);
        _all.hospitals.reinstate(hospital(h));
        suspended[hospital(h)] = false;
    }

    function letTimePass(uint16 minutes_) external {
        vm.warp(block.timestamp + uint256(minutes_ % 8192) * 1 minutes); // up to five days of six weeks
    }

    function isActive(address where, address who) public view returns (bool) {
        return !suspended[where] && memberUntil[where][who] > block.timestamp;
    }

    function hospital(uint256 h) public pure returns (address) {
        return address(uint160(0xC000 + (h % HOSPITALS)));
    }

    function clinician(uint256 c) public pure returns (address) {
        return address(uint160(0xB000 + (c % CLINICIANS)));
    }

    function patient(uint256 p) public pure returns (address) {
        return vm.addr(patientKey(p));
    }

    /// @notice Patients and clinicians: all who might read.
    function person(uint256 i) public pure returns (address) {
        i %= PATIENTS + CLINICIANS;
        return i < PATIENTS ? patient(i) : clinician(i - PATIENTS);
    }

    function patientKey(uint256 p) public pure returns (uint256) {
        return 0xA000 + (p % PATIENTS);
    }

    /// @dev Notes that what happened is not what had to.
    function _expect(bool happened, bool expected) internal {
        if (happened != expected) ++wrongs;
    }

    /// @dev Calls as `who`; whether it was done.
    function _try(address who, address target, bytes memory data) internal returns (bool isDone) {
        vm.prank(who);
        (isDone, ) = target.call(data);
    }

    /// @dev A time at least a minute ahead.
    function _in(uint16 minutes_) internal view returns (uint48) {
        return uint48(block.timestamp + (uint256(minutes_) + 1) * 1 minutes);
    }
}
