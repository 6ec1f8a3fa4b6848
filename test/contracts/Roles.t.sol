// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
// solhint-disable-next-line max-line-length
import {IAccessControlDefaultAdminRules as IAdminRules} from "@openzeppelin/contracts/access/extensions/IAccessControlDefaultAdminRules.sol";
import {IHospitalRegistry} from "../../contracts/interfaces/IHospitalRegistry.sol";
import {ADMIN, REGISTRAR, REGISTRAR_ROLE, Registries, deployRegistries} from "./World.sol";
import {vm} from "./Vm.sol";

/// @notice Eight people of whom each tries everything at any time, with an account of what each may.
contract Offices {
    uint256 public constant PEOPLE = 8; // the admin, the registrar, and six others

    IHospitalRegistry.Status private constant NONE = IHospitalRegistry.Status.None;
    IHospitalRegistry.Status private constant APPLIED = IHospitalRegistry.Status.Applied;
    IHospitalRegistry.Status private constant APPROVED = IHospitalRegistry.Status.Approved;
    IHospitalRegistry.Status private constant REJECTED = IHospitalRegistry.Status.Rejected;
    IHospitalRegistry.Status private constant SUSPENDED = IHospitalRegistry.Status.Suspended;

    Registries private _all;
    mapping(address account => bool isOne) public registrars;
    mapping(address hospital => IHospitalRegistry.Status status) public statuses;
    mapping(address hospital => mapping(address account => bool isOne)) public administrators;
    mapping(address hospital => mapping(address account => bool isOne)) public offers;
    mapping(address hospital => uint16 count) public counts;
    mapping(address hospital => uint32 epoch) public epochs;
    mapping(address hospital => mapping(address account => bool isOne)) private _members;
    uint256 public wrongs;

    constructor(Registries memory all) {
        _all = all;
        registrars[REGISTRAR] = true;
    }

    function appoint(uint256 by, uint256 whom, bool isDismissal) external {
        bytes memory call =
            isDismissal
                ? abi.encodeCall(IAccessControl.revokeRole, (REGISTRAR_ROLE, person(whom)))
                : abi.encodeCall(IAccessControl.grantRole, (REGISTRAR_ROLE, person(whom)));
        if (_expect(by, call, person(by) == ADMIN)) registrars[person(whom)] = !isDismissal;
    }

    function applyAsHospital(uint256 by) external {
        address who = person(by);
        bool may = statuses[who] == NONE || statuses[who] == REJECTED;
        if (_expect(by, abi.encodeCall(IHospitalRegistry.applyAsHospital, ("profile")), may)) statuses[who] = APPLIED;
    }

    function withdraw(uint256 by) external {
        address who = person(by);
        bool may = statuses[who] == APPLIED;
        if (_expect(by, abi.encodeCall(IHospitalRegistry.withdrawApplication, ()), may)) statuses[who] = NONE;
    }

    function decide(uint256 by, uint256 h, uint8 step) external {
        address where = person(h);
        bool isRegistrar = registrars[person(by)];
        IHospitalRegistry.Status status = statuses[where];
        if (step % 4 == 0) {
            bytes memory call = abi.encodeCall(IHospitalRegistry.approve, (where));
            if (!_expect(by, call, isRegistrar && status == APPLIED)) return;
            statuses[where] = APPROVED;
            administrators[where][where] = true;
            ++counts[where];
        } else if (step % 4 == 1) {
            bytes memory call = abi.encodeCall(IHospitalRegistry.reject, (where, "reason"));
            if (_expect(by, call, isRegistrar && status == APPLIED)) statuses[where] = REJECTED;
        } else if (step % 4 == 2) {
            bytes memory call = abi.encodeCall(IHospitalRegistry.suspend, (where, "reason"));
            if (_expect(by, call, isRegistrar && status == APPROVED)) statuses[where] = SUSPENDED;
        } else {
            bytes memory call = abi.encodeCall(IHospitalRegistry.reinstate, (where));
            if (_expect(by, call, isRegistrar && status == SUSPENDED)) statuses[where] = APPROVED;
        }
    }

    /// @notice Three steps at once, or most runs would have no hospital.
    function found(uint256 h) external {
        address where = person(h);
        if (statuses[where] != NONE || !registrars[REGISTRAR]) return;
        vm.prank(where);
        _all.hospitals.applyAsHospital("profile");
        vm.prank(REGISTRAR);
        _all.hospitals.approve(where);
        vm.prank(where);
        _all.hospitals.addTeam(where, "team", "directory");
        statuses[where] = APPROVED;
        administrators[where][where] = true;
        ++counts[where];
    }

    function offer(uint256 by, uint256 h, uint256 whom) external {
        (address where, address account) = (person(h), person(whom));
        bool may = administrators[where][person(by)] && !administrators[where][account];
        bytes memory call = abi.encodeCall(IHospitalRegistry.offerAdministration, (where, account));
        if (_expect(by, call, may)) offers[where][account] = true;
    }

    function accept(uint256 by, uint256 h) external {
        (address where, address account) = (person(h), person(by));
        bool may = offers[where][account];
        if (!_expect(by, abi.encodeCall(IHospitalRegistry.acceptAdministration, (where)), may)) return;
        offers[where][account] = false;
        administrators[where][account] = true;
        ++counts[where];
    }

    function remove(uint256 by, uint256 h, uint256 whom) external {
        (address where, address account) = (person(h), person(whom));
        bool isOne = administrators[where][account];
        bool may = administrators[where][person(by)] && (isOne ? counts[where] > 1 : offers[where][account]);
        bytes memory call = abi.encodeCall(IHospitalRegistry.removeAdministrator, (where, account));
        if (!_expect(by, call, may)) return;
        if (isOne) --counts[where];
        administrators[where][account] = false;
        offers[where][account] = false;
    }

    function admit(uint256 by, uint256 h, uint256 whom) external {
        (address where, address member) = (person(h), person(whom));
        IHospitalRegistry.Admission memory admission = IHospitalRegistry.Admission(
            member,
            1,
            "team",
            type(uint48).max,
            "directory",
            "keys"
        );
        bool hasTeam = _all.hospitals.teamOf(where, "team") == IHospitalRegistry.TeamState.Active;
        bool mayAct = administrators[where][person(by)] && statuses[where] == APPROVED;
        bytes memory call = abi.encodeCall(IHospitalRegistry.addMember, (where, admission));
        if (_expect(by, call, mayAct && hasTeam && !_members[where][member])) _members[where][member] = true;
    }

    function dismiss(uint256 by, uint256 h, uint256 whom) external {
        (address where, address member) = (person(h), person(whom));
        bool may = administrators[where][person(by)] && _members[where][member];
        bytes memory call = abi.encodeCall(IHospitalRegistry.removeMember, (where, member, "directory", 0));
        if (!_expect(by, call, may)) return;
        _members[where][member] = false;
        ++epochs[where];
    }

    function person(uint256 i) public pure returns (address) {
        i %= PEOPLE;
        if (i == 0) return ADMIN;
        return i == 1 ? REGISTRAR : address(uint160(0xD000 + i));
    }

    function _expect(uint256 by, bytes memory call, bool may) private returns (bool isDone) {
        vm.prank(person(by));
        (isDone, ) = address(_all.hospitals).call(call);
        if (isDone != may) ++wrongs;
    }
}

contract RolesTest {
    Registries private _all;
    Offices private _world;

    function setUp() external {
        _all = deployRegistries();
        _world = new Offices(_all);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_world);
    }

    /// @notice Offices change hands by those alone who may give and take them.
    function invariant_RolesChangeOnlyByTheirAdmins() external view {
        require(_world.wrongs() == 0, "done by whom it was not for, or refused to whom it was");
        address registry = address(_all.hospitals);
        require(IAdminRules(registry).defaultAdmin() == ADMIN, "admin");
        for (uint256 i = 0; i < _world.PEOPLE(); ++i) {
            address account = _world.person(i);
            require(
                IAccessControl(registry).hasRole(REGISTRAR_ROLE, account) == _world.registrars(account),
                "registrar"
            );
            require(IAccessControl(registry).hasRole(0, account) == (account == ADMIN), "second admin");
        }
    }

    /// @notice A hospital stands where its registrar put it, and its epoch counts those who left.
    function invariant_HospitalsStandWhereTheRegistrarPutThem() external view {
        for (uint256 h = 0; h < _world.PEOPLE(); ++h) {
            address where = _world.person(h);
            require(_all.hospitals.statusOf(where) == _world.statuses(where), "status");
            require(_all.hospitals.epochOf(where) == _world.epochs(where), "epoch");
        }
    }

    /// @notice A hospital that was approved once always has an administrator, and counts them right.
    function invariant_AdministratorsAreCounted() external view {
        for (uint256 h = 0; h < _world.PEOPLE(); ++h) {
            address where = _world.person(h);
            uint256 count = 0;
            for (uint256 i = 0; i < _world.PEOPLE(); ++i) {
                address account = _world.person(i);
                bool isOne = _all.hospitals.isAdministrator(where, account);
                require(isOne == _world.administrators(where, account), "administrator");
                require(_all.hospitals.isOffered(where, account) == _world.offers(where, account), "offer");
                require(!(isOne && _all.hospitals.isOffered(where, account)), "both");
                if (isOne) ++count;
            }
            IHospitalRegistry.Hospital memory hospital = _all.hospitals.hospitalOf(where);
            require(hospital.administrators == count, "count");
            require(hospital.approvedAt == 0 || count != 0, "nobody");
        }
    }

    function testFuzz_OnlyTheRegistrarDecides(address caller) external {
        vm.assume(caller != REGISTRAR);
        _world.applyAsHospital(2);
        address hospital = _world.person(2);
        bytes memory refusal = abi.encodeWithSelector(
            IAccessControl.AccessControlUnauthorizedAccount.selector,
            caller,
            REGISTRAR_ROLE
        );
        vm.expectRevert(refusal);
        vm.prank(caller);
        _all.hospitals.approve(hospital);
    }
}
