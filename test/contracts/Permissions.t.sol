// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IConsentRegistry} from "../../contracts/interfaces/IConsentRegistry.sol";
import {ISignedActions} from "../../contracts/interfaces/ISignedActions.sol";
import {Registries, World, deployRegistries} from "./World.sol";
import {vm} from "./Vm.sol";

/// @notice Patients sign and cancel at random; relayers send on time, late, twice, out of order, altered and forged.
contract Relaying is World {
    struct Signed {
        ISignedActions.Permission permission;
        IConsentRegistry.Terms terms;
        bool isUsed;
    }

    Signed[] private _signed;
    mapping(address patient => uint32 count) public nonces;

    constructor(Registries memory all) World(all) {}

    function sign(uint256 p, uint8 ahead, uint256 r, uint16 minutes_) external {
        address who = patient(p);
        uint32 nonce = nonces[who] + (ahead % 3);
        IConsentRegistry.Terms memory terms = IConsentRegistry.Terms(
            person(r),
            hospital(r),
            bytes32(r),
            _in(minutes_),
            "keys"
        );
        uint48 deadline = _in(minutes_ / 8); // before what is granted ends
        bytes memory signature = signatureOf(patientKey(p), who, terms, nonce, deadline, block.chainid);
        Signed storage added = _signed.push();
        added.permission = ISignedActions.Permission(who, nonce, deadline, signature);
        added.terms = terms;
    }

    function relay(uint256 which) external {
        if (_signed.length == 0) return;
        Signed storage signed = _signed[which % _signed.length];
        ISignedActions.Permission memory permission = signed.permission;
        bool may =
            permission.nonce == nonces[permission.signer] &&
                block.timestamp <= permission.deadline &&
                block.timestamp < signed.terms.expiresAt;
        bool isDone = _send(permission, signed.terms);
        _expect(isDone, may);
        if (!isDone) return;
        _expect(signed.isUsed, false);
        signed.isUsed = true;
        ++nonces[permission.signer];
    }

    function relayAltered(uint256 which, uint8 part, uint256 other) external {
        if (_signed.length == 0) return;
        ISignedActions.Permission memory permission = _signed[which % _signed.length].permission;
        IConsentRegistry.Terms memory terms = _signed[which % _signed.length].terms;
        bytes32 before = keccak256(abi.encode(permission, terms));
        if (part % 8 == 0) terms.grantee = address(uint160(other));
        if (part % 8 == 1) terms.hospital = address(uint160(other));
        if (part % 8 == 2) terms.requestId = bytes32(other);
        if (part % 8 == 3) terms.expiresAt = uint48(other);
        if (part % 8 == 4) terms.keysDigest = bytes32(other);
        if (part % 8 == 5) permission.signer = patient(other);
        if (part % 8 == 6) permission.nonce = nonces[permission.signer];
        if (part % 8 == 7) permission.deadline = uint48(other);
        if (keccak256(abi.encode(permission, terms)) == before) return;
        _expect(_send(permission, terms), false);
    }

    function cancel(uint256 p) external {
        vm.prank(patient(p));
        _all.consents.cancelPermission();
        ++nonces[patient(p)];
    }

    /// @notice An epoch and a block beside the nonce, to see that they do not touch.
    function disturb(uint256 p) external {
        vm.roll(block.number + 1);
        vm.prank(patient(p));
        _all.consents.revokeAllAccess();
    }

    function signatureOf(
        uint256 key,
        address who,
        IConsentRegistry.Terms memory terms,
        uint32 nonce,
        uint48 deadline,
        uint256 chainId
    ) public view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Amana consent"),
                keccak256("1"),
                chainId,
                address(_all.consents)
            )
        );
        bytes32 message = keccak256(
            abi.encode(
                keccak256(
                    "ShareRecords(address patient,address reader,address hospital,bytes32 request,uint48 until,"
                    "bytes32 keys,uint32 nonce,uint48 deadline)"
                ),
                who,
                terms,
                nonce,
                deadline
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked("\x19\x01", domain, message)));
        return abi.encodePacked(r, s, v);
    }

    function _send(
        ISignedActions.Permission memory permission,
        IConsentRegistry.Terms memory terms
    ) private returns (bool) {
        bytes memory call = abi.encodeCall(IConsentRegistry.grantAccessFor, (permission, terms));
        return _try(address(0xBAD), address(_all.consents), call);
    }
}

contract PermissionsTest {
    Registries private _all;
    Relaying private _world;

    function setUp() external {
        _all = deployRegistries();
        _world = new Relaying(_all);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_world);
    }

    /// @notice Each nonce is used or cancelled once, in order, and nothing else moves it.
    function invariant_NoncesCountWhatWasUsedOrCancelled() external view {
        for (uint256 p = 0; p < _world.PATIENTS(); ++p) {
            address who = _world.patient(p);
            require(_all.consents.nonceOf(who) == _world.nonces(who), "nonce");
            require(_all.records.nonceOf(who) == 0 && _all.keys.nonceOf(who) == 0, "another registry's nonce");
        }
    }

    /// @notice No permission counts twice, late, out of turn, altered or forged.
    function invariant_OnlyWhatWasSignedIsDone() external view {
        require(_world.wrongs() == 0, "done without a permission, or refused with one");
    }

    function testFuzz_OnlyThePatientsKeySigns(uint256 key) external {
        key = (key % type(uint128).max) + 1;
        address who = _world.patient(0);
        vm.assume(vm.addr(key) != who);
        IConsentRegistry.Terms memory terms = IConsentRegistry.Terms(address(1), address(0), 0, 1 << 40, "keys");
        bytes memory signature = _world.signatureOf(key, who, terms, 0, 1 << 40, block.chainid);
        vm.expectRevert(abi.encodeWithSelector(ISignedActions.InvalidSignature.selector, who));
        _all.consents.grantAccessFor(ISignedActions.Permission(who, 0, 1 << 40, signature), terms);
    }

    function testFuzz_NoBytesButTheSignatureAreOne(bytes calldata signature) external {
        address who = _world.patient(0);
        IConsentRegistry.Terms memory terms = IConsentRegistry.Terms(address(1), address(0), 0, 1 << 40, "keys");
        vm.expectRevert(abi.encodeWithSelector(ISignedActions.InvalidSignature.selector, who));
        _all.consents.grantAccessFor(ISignedActions.Permission(who, 0, 1 << 40, signature), terms);
    }

    /// @notice On a chain that splits off, what was signed for the one before does not count.
    function testFuzz_AForkTakesNoOldPermissions(uint32 fork) external {
        uint256 before = block.chainid;
        vm.assume(fork != before && fork != 0);
        address who = _world.patient(0);
        IConsentRegistry.Terms memory terms = IConsentRegistry.Terms(address(1), address(0), 0, 1 << 40, "keys");
        bytes memory old = _world.signatureOf(_world.patientKey(0), who, terms, 0, 1 << 40, before);
        bytes memory anew = _world.signatureOf(_world.patientKey(0), who, terms, 0, 1 << 40, fork);
        vm.chainId(fork);
        vm.expectRevert(abi.encodeWithSelector(ISignedActions.InvalidSignature.selector, who));
        _all.consents.grantAccessFor(ISignedActions.Permission(who, 0, 1 << 40, old), terms);
        _all.consents.grantAccessFor(ISignedActions.Permission(who, 0, 1 << 40, anew), terms);
        vm.chainId(before);
    }
}
