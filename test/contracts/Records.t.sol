// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRecordRegistry} from "../../contracts/interfaces/IRecordRegistry.sol";
import {Registries, World, deployRegistries} from "./World.sol";
import {vm} from "./Vm.sol";

/// @notice Patients and clinicians add, amend and erase at random, and everybody tries to alter what others added.
contract Recording is World {
    bytes32[] public ids;
    mapping(bytes32 recordId => IRecordRegistry.Record record) private _known;
    uint32 private _epoch; // of all patients

    constructor(Registries memory all) World(all) {
        for (uint256 p = 0; p < PATIENTS; ++p) {
            for (uint256 h = 0; h < HOSPITALS; ++h) {
                vm.prank(patient(p));
                all.consents.allowAdding(hospital(h), type(uint48).max);
            }
        }
    }

    /// @param header Few, so that the same is often tried again.
    function add(uint256 author, uint256 p, uint256 h, uint8 header, uint256 amended) external {
        (address who, address whose) = (person(author), patient(p));
        address where = author % (PATIENTS + CLINICIANS) < PATIENTS ? address(0) : hospital(h);
        IRecordRegistry.Entry memory entry = IRecordRegistry.Entry(bytes32(uint256(header % 8)), bytes32("root"));
        bytes32 earlier = ids.length == 0 ? bytes32(0) : ids[amended % ids.length];
        bytes memory call =
            header % 2 == 0
                ? abi.encodeCall(IRecordRegistry.addRecord, (whose, where, entry, _epoch))
                : abi.encodeCall(IRecordRegistry.amendRecord, (whose, where, entry, _epoch, earlier));
        bytes32 id = keccak256(abi.encode(whose, who, entry.headerDigest, entry.auditRoot));
        bool may = where == address(0) ? who == whose : isActive(where, who);
        if (header % 8 == 0 || _known[id].addedAt != 0) may = false;
        if (header % 2 != 0) may = may && _known[earlier].patient == whose && !_known[earlier].erased;
        bool isDone = _try(who, address(_all.records), call);
        _expect(isDone, may);
        if (!isDone) return;
        ids.push(id);
        _known[id] = IRecordRegistry.Record(whose, uint48(block.timestamp), where == address(0), false);
    }

    function erase(uint256 by, uint256 which) external {
        if (ids.length == 0) return;
        bytes32 id = ids[which % ids.length];
        IRecordRegistry.Record memory record = _known[id];
        bool may = person(by) == record.patient && record.byPatient && !record.erased;
        bytes memory call = abi.encodeCall(IRecordRegistry.eraseRecord, (id));
        bool isDone = _try(person(by), address(_all.records), call);
        _expect(isDone, may);
        if (isDone) _known[id].erased = true;
    }

    function reseal(uint256 by, uint32 epoch) external {
        bytes memory call = abi.encodeCall(IRecordRegistry.resealRecords, (epoch % 4, "locks"));
        _expect(
            _try(person(by), address(_all.records), call),
            epoch % 4 == (by % (PATIENTS + CLINICIANS) < PATIENTS ? _epoch : 0)
        );
    }

    function beginEpoch() external {
        ++_epoch;
        for (uint256 p = 0; p < PATIENTS; ++p) {
            vm.prank(patient(p));
            _all.consents.revokeAllAccess();
        }
    }

    function known(bytes32 id) external view returns (IRecordRegistry.Record memory) {
        return _known[id];
    }

    function count() external view returns (uint256) {
        return ids.length;
    }
}

contract RecordsTest {
    Registries private _all;
    Recording private _world;

    function setUp() external {
        _all = deployRegistries();
        _world = new Recording(_all);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_world);
    }

    /// @notice A record stays as it was added; only the patient marks it as erased, and only the patient's own.
    function invariant_NoRecordIsAltered() external view {
        for (uint256 i = 0; i < _world.count(); ++i) {
            bytes32 id = _world.ids(i);
            bytes memory stored = abi.encode(_all.records.recordOf(id));
            require(keccak256(stored) == keccak256(abi.encode(_world.known(id))), "altered");
        }
    }

    /// @notice What may be added, amended and erased was, and nothing else.
    function invariant_OnlyWhoMayAddsAndErases() external view {
        require(_world.wrongs() == 0, "a right without its reason, or the other way round");
    }

    function testFuzz_OnlyTheCurrentEpochIsAccepted(uint32 given, uint8 revocations) external {
        address patient = _world.patient(0);
        uint32 current = revocations % 4;
        for (uint256 i = 0; i < current; ++i) _world.beginEpoch();
        vm.assume(given != current);
        vm.expectRevert(abi.encodeWithSelector(IRecordRegistry.StaleEpoch.selector, given, current));
        vm.prank(patient);
        _all.records.addRecord(patient, address(0), IRecordRegistry.Entry("header", "root"), given);
    }

    function testFuzz_OnlyThePatientAddsWithoutAHospital(address caller) external {
        address patient = _world.patient(0);
        vm.assume(caller != patient);
        vm.expectRevert(abi.encodeWithSelector(IRecordRegistry.NotPatient.selector, patient, caller));
        vm.prank(caller);
        _all.records.addRecord(patient, address(0), IRecordRegistry.Entry("header", "root"), 0);
    }

    /// @notice Whoever adds the same first, for another or as another, takes nobody's id.
    function testFuzz_NobodyTakesAnothersId(address other, bytes32 header, bytes32 root) external {
        (address patient, address clinician, address hospital) = (
            _world.patient(0),
            _world.clinician(0),
            _world.hospital(0)
        );
        vm.assume(other != patient && header != 0);
        IRecordRegistry.Entry memory entry = IRecordRegistry.Entry(header, root);
        vm.prank(other);
        _all.records.addRecord(other, address(0), entry, 0);
        vm.prank(clinician);
        _all.records.addRecord(patient, hospital, entry, 0);
        vm.prank(patient);
        _all.records.addRecord(patient, address(0), entry, 0);
    }
}
