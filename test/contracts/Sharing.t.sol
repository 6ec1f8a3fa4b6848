// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IConsentRegistry} from "../../contracts/interfaces/IConsentRegistry.sol";
import {IHospitalRegistry} from "../../contracts/interfaces/IHospitalRegistry.sol";
import {IRecordRegistry} from "../../contracts/interfaces/IRecordRegistry.sol";
import {IAccessRequests} from "../../contracts/interfaces/IAccessRequests.sol";
import {Registries, World, deployRegistries} from "./World.sol";
import {vm} from "./Vm.sol";

/// @notice Patients share, revoke and let hospitals add, and clinicians try what they may and may not.
contract Sharing is World {
    struct Share {
        address through; // the hospital, or 0
        uint48 until;
    }

    mapping(address patient => mapping(address reader => Share share)) private _shares;
    mapping(address patient => mapping(address hospital => uint48 until)) private _adding;
    mapping(address patient => mapping(address reader => uint48 until)) private _emergencies;
    mapping(address patient => uint32 count) public revocations;
    uint256 private _headers;

    constructor(Registries memory all) World(all) {}

    function share(uint256 p, uint256 r, uint8 through, uint16 minutes_) external {
        (address who, address reader, uint48 until) = (patient(p), person(r), _in(minutes_));
        address where = through % 3 == 0 ? address(0) : hospital(through);
        vm.prank(who);
        _all.consents.grantAccess(IConsentRegistry.Terms(reader, where, 0, until, "keys"));
        _shares[who][reader] = Share(where, until);
    }

    function revoke(uint256 p, uint256 r) external {
        (address who, address reader) = (patient(p), person(r));
        bytes memory call = abi.encodeCall(IConsentRegistry.revokeAccess, (reader, 0));
        bool isDone = _try(who, address(_all.consents), call);
        _expect(isDone, _shares[who][reader].until != 0);
        if (isDone) ++revocations[who];
        delete _shares[who][reader];
    }

    function revokeAll(uint256 p) external {
        address who = patient(p);
        vm.prank(who);
        _all.consents.revokeAllAccess();
        ++revocations[who];
        for (uint256 r = 0; r < PATIENTS + CLINICIANS; ++r) delete _shares[who][person(r)];
    }

    function letAdd(uint256 p, uint256 h, uint16 minutes_) external {
        (address who, address where, uint48 until) = (patient(p), hospital(h), _in(minutes_));
        bytes memory call = abi.encodeCall(IConsentRegistry.allowAdding, (where, until));
        bool isDone = _try(who, address(_all.consents), call);
        _expect(isDone, !suspended[where]);
        if (isDone) _adding[who][where] = until;
    }

    function stopAdding(uint256 p, uint256 h) external {
        vm.prank(patient(p));
        _all.consents.stopAdding(hospital(h));
        _adding[patient(p)][hospital(h)] = 0;
    }

    function request(uint256 c, uint256 h, uint256 p, bool isWithdrawal) external {
        (address who, address where) = (clinician(c), hospital(h));
        bytes memory call =
            isWithdrawal
                ? abi.encodeCall(IAccessRequests.withdrawRequest, (patient(p), where, "details"))
                : abi.encodeCall(IAccessRequests.requestAccess, (patient(p), where, "details", 30));
        _expect(_try(who, address(_all.hospitals), call), isActive(where, who));
    }

    function add(uint256 c, uint256 h, uint256 p, uint8 epochsBehind) external {
        (address who, address where, address whose) = (clinician(c), hospital(h), patient(p));
        uint32 current = revocations[whose];
        uint32 epoch = epochsBehind % 4 == 1 && current != 0 ? current - 1 : current;
        IRecordRegistry.Entry memory entry = IRecordRegistry.Entry(bytes32(++_headers), 0);
        bytes memory call = abi.encodeCall(IRecordRegistry.addRecord, (whose, where, entry, epoch));
        bool may = isActive(where, who) && _adding[whose][where] > block.timestamp && epoch == current;
        _expect(_try(who, address(_all.records), call), may);
    }

    function breakGlass(uint256 c, uint256 h, uint256 p) external {
        (address who, address where, address whose) = (clinician(c), hospital(h), patient(p));
        bytes memory call = abi.encodeCall(IConsentRegistry.breakGlass, (whose, where, "reason"));
        bool isDone = _try(who, address(_all.consents), call);
        _expect(isDone, isActive(where, who) && _roles[where][who] == EMERGENCY_ROLE);
        if (isDone) _emergencies[whose][who] = uint48(block.timestamp + 1 days);
    }

    function confirm(uint256 r, uint256 p) external {
        (address who, address whose) = (person(r), patient(p));
        bytes memory call = abi.encodeCall(IConsentRegistry.confirmReading, (whose, "record"));
        bool may = reads(whose, who) || _emergencies[whose][who] > block.timestamp;
        _expect(_try(who, address(_all.consents), call), may);
    }

    function reads(address whose, address who) public view returns (bool) {
        Share memory given = _shares[whose][who];
        if (given.until <= block.timestamp) return false;
        return given.through == address(0) || isActive(given.through, who);
    }

    function emergencyUntil(address whose, address who) external view returns (uint48) {
        return _emergencies[whose][who];
    }
}

contract SharingTest {
    Registries private _all;
    Sharing private _world;

    function setUp() external {
        _all = deployRegistries();
        _world = new Sharing(_all);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_world);
    }

    /// @notice Nobody reads without a grant that has not ended, and through a hospital only while it counts.
    function invariant_ReadersAreThoseWhoWereGranted() external view {
        uint256 people = _world.PATIENTS() + _world.CLINICIANS();
        for (uint256 p = 0; p < _world.PATIENTS(); ++p) {
            address whose = _world.patient(p);
            for (uint256 r = 0; r < people; ++r) {
                address who = _world.person(r);
                require(_all.consents.canRead(whose, who) == _world.reads(whose, who), "reader");
                require(_all.consents.emergencyUntil(whose, who) == _world.emergencyUntil(whose, who), "emergency");
            }
            for (uint256 h = 0; h < _world.HOSPITALS(); ++h) {
                require(!_all.consents.canRead(whose, _world.hospital(h)), "hospital reads");
            }
        }
    }

    /// @notice An epoch counts revocations: it never falls, and nothing else moves it.
    function invariant_EpochsCountRevocations() external view {
        for (uint256 p = 0; p < _world.PATIENTS(); ++p) {
            address whose = _world.patient(p);
            require(_all.consents.epochOf(whose) == _world.revocations(whose), "epoch");
            require(_all.consents.nonceOf(whose) == 0, "an epoch ran over into the nonce");
        }
    }

    /// @notice Who is no active member, as all of a suspended hospital, requests, adds and breaks nothing.
    function invariant_RightsAreThoseOfActiveMembers() external view {
        require(_world.wrongs() == 0, "a right without its reason, or the other way round");
        for (uint256 h = 0; h < _world.HOSPITALS(); ++h) {
            for (uint256 c = 0; c < _world.CLINICIANS(); ++c) {
                (address where, address who) = (_world.hospital(h), _world.clinician(c));
                require(_all.hospitals.isActiveMember(where, who) == _world.isActive(where, who), "member");
            }
        }
    }

    function testFuzz_OnlyThePatientRevokes(address caller) external {
        vm.assume(caller != _world.patient(0));
        _world.share(0, 1, 0, 1000);
        address grantee = _world.patient(1);
        vm.expectRevert(abi.encodeWithSelector(IConsentRegistry.NoGrant.selector, caller, grantee));
        vm.prank(caller);
        _all.consents.revokeAccess(grantee, 0);
    }

    function testFuzz_NobodyElsesRevocationEndsAGrant(address caller) external {
        vm.assume(caller != _world.patient(0));
        _world.share(0, 1, 0, 1000);
        vm.prank(caller);
        _all.consents.revokeAllAccess();
        require(_all.consents.canRead(_world.patient(0), _world.patient(1)), "ended");
        require(_all.consents.epochOf(_world.patient(0)) == 0, "epoch");
    }

    function testFuzz_AGrantEndsInItsSecond(uint48 until, uint48 asked) external {
        vm.assume(until > block.timestamp);
        IConsentRegistry.Terms memory terms = IConsentRegistry.Terms(address(1), address(0), 0, until, "keys");
        vm.prank(_world.patient(0));
        _all.consents.grantAccess(terms);
        vm.warp(asked);
        require(_all.consents.canRead(_world.patient(0), address(1)) == (asked < until), "end");
    }

    function testFuzz_AMembershipEndsInItsSecond(uint48 until, uint48 asked) external {
        vm.assume(until > block.timestamp);
        address where = _world.hospital(0);
        vm.prank(where);
        _all.hospitals.addMember(where, IHospitalRegistry.Admission(address(1), 1, "team", until, "directory", "keys"));
        vm.warp(asked);
        require(_all.hospitals.isActiveMember(where, address(1)) == (asked < until), "end");
    }
}
