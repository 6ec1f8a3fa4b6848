// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedActions} from "./SignedActions.sol";
import {IConsentRegistry} from "./interfaces/IConsentRegistry.sol";
import {IHospitalRegistry} from "./interfaces/IHospitalRegistry.sol";

/// @title Grants and standing consents of patients, and what readers owe them
contract ConsentRegistry is IConsentRegistry, SignedActions {
    /// @notice How long the glass stays broken.
    uint48 public constant EMERGENCY_LIFE = 1 days;

    /// @dev The epoch has 24 bits of the history word, above the pointers and below the nonce: no slot of its own.
    uint256 private constant EPOCH_SHIFT = 200;
    uint8 private constant EMERGENCY_ROLE = 6;

    bytes32 private constant SHARE = keccak256(
        "ShareRecords(address patient,address reader,address hospital,bytes32 request,uint48 until,"
        "bytes32 keys,uint32 nonce,uint48 deadline)"
    );
    bytes32 private constant DENY = keccak256(
        "DenyRequest(address patient,address requester,bytes32 request,uint32 nonce,uint48 deadline)"
    );
    bytes32 private constant STOP = keccak256(
        "StopSharing(address patient,address reader,bytes32 keys,uint32 nonce,uint48 deadline)"
    );
    bytes32 private constant STOP_ALL = keccak256("StopAllSharing(address patient,uint32 nonce,uint48 deadline)");
    bytes32 private constant DELIVER = keccak256(
        "DeliverKeys(address patient,address reader,bytes32 keys,uint32 nonce,uint48 deadline)"
    );
    bytes32 private constant LET_ADD = keccak256(
        "LetHospitalAdd(address patient,address hospital,uint48 until,uint32 nonce,uint48 deadline)"
    );
    bytes32 private constant STOP_ADDING = keccak256(
        "StopHospitalAdding(address patient,address hospital,uint32 nonce,uint48 deadline)"
    );
    bytes32 private constant CONFIRM = keccak256(
        "ConfirmReading(address reader,address patient,bytes32 record,uint32 nonce,uint48 deadline)"
    );

    /// @notice Says who is an active member of which hospital.
    IHospitalRegistry public immutable hospitalRegistry;

    mapping(address patient => mapping(address grantee => Grant grant)) private _grants;
    mapping(address patient => uint32 epoch) private _floors; // grants of earlier epochs were all revoked
    mapping(address patient => mapping(address hospital => uint48 expiresAt)) private _adding;
    mapping(address patient => mapping(address reader => uint48 until)) private _emergencies;

    constructor(IHospitalRegistry hospitals) SignedActions("Amana consent") {
        hospitalRegistry = hospitals;
    }

    /// @inheritdoc IConsentRegistry
    function grantAccess(Terms calldata terms) external {
        _grant(msg.sender, terms);
    }

    /// @inheritdoc IConsentRegistry
    function grantAccessFor(Permission calldata permission, Terms calldata terms) external {
        // Both are static in memory and follow one another in the message, so one copy of each makes it.
        bytes32 message = keccak256(abi.encode(SHARE, permission.signer, terms, permission.nonce, permission.deadline));
        _usePermission(permission, message);
        _grant(permission.signer, terms);
    }

    /// @inheritdoc IConsentRegistry
    function denyRequest(address requester, bytes32 requestId) external {
        _deny(msg.sender, requester, requestId);
    }

    /// @inheritdoc IConsentRegistry
    function denyRequestFor(Permission calldata permission, address requester, bytes32 requestId) external {
        _usePermission(
            permission,
            keccak256(abi.encode(DENY, permission.signer, requester, requestId, permission.nonce, permission.deadline))
        );
        _deny(permission.signer, requester, requestId);
    }

    /// @inheritdoc IConsentRegistry
    function revokeAccess(address grantee, bytes32 keysDigest) external {
        _revoke(msg.sender, grantee, keysDigest);
    }

    /// @inheritdoc IConsentRegistry
    function revokeAccessFor(Permission calldata permission, address grantee, bytes32 keysDigest) external {
        _usePermission(
            permission,
            keccak256(abi.encode(STOP, permission.signer, grantee, keysDigest, permission.nonce, permission.deadline))
        );
        _revoke(permission.signer, grantee, keysDigest);
    }

    /// @inheritdoc IConsentRegistry
    function revokeAllAccess() external {
        _revokeAll(msg.sender);
    }

    /// @inheritdoc IConsentRegistry
    function revokeAllAccessFor(Permission calldata permission) external {
        _usePermission(
            permission,
            keccak256(abi.encode(STOP_ALL, permission.signer, permission.nonce, permission.deadline))
        );
        _revokeAll(permission.signer);
    }

    /// @inheritdoc IConsentRegistry
    function deliverKeys(address grantee, bytes32 keysDigest) external {
        _deliver(msg.sender, grantee, keysDigest);
    }

    /// @inheritdoc IConsentRegistry
    function deliverKeysFor(Permission calldata permission, address grantee, bytes32 keysDigest) external {
        _usePermission(
            permission,
            keccak256(
                abi.encode(DELIVER, permission.signer, grantee, keysDigest, permission.nonce, permission.deadline)
            )
        );
        _deliver(permission.signer, grantee, keysDigest);
    }

    /// @inheritdoc IConsentRegistry
    function allowAdding(address hospital, uint48 expiresAt) external {
        _allowAdding(msg.sender, hospital, expiresAt);
    }

    /// @inheritdoc IConsentRegistry
    function allowAddingFor(Permission calldata permission, address hospital, uint48 expiresAt) external {
        _usePermission(
            permission,
            keccak256(
                abi.encode(LET_ADD, permission.signer, hospital, expiresAt, permission.nonce, permission.deadline)
            )
        );
        _allowAdding(permission.signer, hospital, expiresAt);
    }

    /// @inheritdoc IConsentRegistry
    function stopAdding(address hospital) external {
        _stopAdding(msg.sender, hospital);
    }

    /// @inheritdoc IConsentRegistry
    function stopAddingFor(Permission calldata permission, address hospital) external {
        _usePermission(
            permission,
            keccak256(abi.encode(STOP_ADDING, permission.signer, hospital, permission.nonce, permission.deadline))
        );
        _stopAdding(permission.signer, hospital);
    }

    /// @inheritdoc IConsentRegistry
    function confirmReading(address patient, bytes32 recordId) external {
        _confirm(msg.sender, patient, recordId);
    }

    /// @inheritdoc IConsentRegistry
    function confirmReadingFor(Permission calldata permission, address patient, bytes32 recordId) external {
        _usePermission(
            permission,
            keccak256(abi.encode(CONFIRM, permission.signer, patient, recordId, permission.nonce, permission.deadline))
        );
        _confirm(permission.signer, patient, recordId);
    }

    /// @inheritdoc IConsentRegistry
    function breakGlass(address patient, address hospital, bytes32 reasonHash) external {
        if (reasonHash == 0) revert MissingDigest();
        if (hospitalRegistry.roleOf(hospital, msg.sender) != EMERGENCY_ROLE) {
            revert NotEmergencyStaff(hospital, msg.sender);
        }
        uint48 until = uint48(block.timestamp) + EMERGENCY_LIFE;
        _emergencies[patient][msg.sender] = until;
        emit GlassBroken(patient, msg.sender, hospital, reasonHash, until, _recordHistory(patient));
    }

    /// @inheritdoc IConsentRegistry
    function standingConsentOf(address patient, address hospital) external view returns (uint256 until, uint256 epoch) {
        return (_adding[patient][hospital], epochOf(patient));
    }

    /// @inheritdoc IConsentRegistry
    function emergencyUntil(address patient, address reader) external view returns (uint48) {
        return _emergencies[patient][reader];
    }

    /// @inheritdoc IConsentRegistry
    function canRead(address patient, address grantee) public view returns (bool) {
        Grant memory grant = grantOf(patient, grantee);
        if (grant.expiresAt <= block.timestamp) return false;
        return grant.hospital == address(0) || hospitalRegistry.isActiveMember(grant.hospital, grantee);
    }

    /// @inheritdoc IConsentRegistry
    function grantOf(address patient, address grantee) public view returns (Grant memory grant) {
        grant = _grants[patient][grantee];
        if (grant.epoch < _floors[patient]) return Grant(address(0), 0, 0);
    }

    /// @inheritdoc IConsentRegistry
    function epochOf(address patient) public view returns (uint32) {
        return uint24(_words[patient] >> EPOCH_SHIFT);
    }

    function _grant(address patient, Terms calldata terms) private {
        if (terms.grantee == address(0)) revert InvalidGrantee(terms.grantee);
        if (terms.keysDigest == 0) revert MissingDigest();
        if (terms.expiresAt <= block.timestamp) revert ExpiryInPast(terms.expiresAt);
        uint256 history = _recordHistory(patient);
        uint32 epoch = uint24(history >> EPOCH_SHIFT);
        _grants[patient][terms.grantee] = Grant(terms.hospital, terms.expiresAt, epoch);
        emit AccessGranted(
            patient,
            terms.grantee,
            terms.requestId,
            terms.hospital,
            terms.expiresAt,
            epoch,
            terms.keysDigest,
            history
        );
    }

    function _deny(address patient, address requester, bytes32 requestId) private {
        if (requestId == 0) revert MissingDigest();
        emit RequestDenied(patient, requester, requestId, _recordHistory(patient));
    }

    function _revoke(address patient, address grantee, bytes32 keysDigest) private {
        _checkGrant(patient, grantee);
        delete _grants[patient][grantee];
        uint32 epoch = _beginEpoch(patient);
        emit AccessRevoked(patient, grantee, epoch, keysDigest, _recordHistory(patient));
    }

    function _revokeAll(address patient) private {
        uint32 epoch = _beginEpoch(patient);
        _floors[patient] = epoch;
        emit AllAccessRevoked(patient, epoch, _recordHistory(patient));
    }

    function _deliver(address patient, address grantee, bytes32 keysDigest) private {
        if (keysDigest == 0) revert MissingDigest();
        _checkGrant(patient, grantee);
        emit KeysDelivered(patient, grantee, epochOf(patient), keysDigest, _recordHistory(patient));
    }

    function _allowAdding(address patient, address hospital, uint48 expiresAt) private {
        if (expiresAt <= block.timestamp) revert ExpiryInPast(expiresAt);
        if (!hospitalRegistry.isApproved(hospital)) revert NotApproved(hospital);
        _adding[patient][hospital] = expiresAt;
        emit AddingAllowed(patient, hospital, expiresAt, _recordHistory(patient), _recordHistory(hospital));
    }

    function _stopAdding(address patient, address hospital) private {
        if (_adding[patient][hospital] == 0) revert AddingNotAllowed(patient, hospital);
        delete _adding[patient][hospital];
        emit AddingStopped(patient, hospital, _recordHistory(patient), _recordHistory(hospital));
    }

    function _confirm(address reader, address patient, bytes32 recordId) private {
        if (!canRead(patient, reader) && _emergencies[patient][reader] <= block.timestamp) {
            revert NotReader(patient, reader);
        }
        emit ReadingConfirmed(patient, reader, recordId, _recordHistory(patient));
    }

    /// @dev Epochs only grow: 24 bits outlast any life, and arithmetic refuses to run over.
    function _beginEpoch(address patient) private returns (uint32) {
        uint24 epoch = uint24(_words[patient] >> EPOCH_SHIFT) + 1;
        _words[patient] += 1 << EPOCH_SHIFT;
        return epoch;
    }

    function _checkGrant(address patient, address grantee) private view {
        if (grantOf(patient, grantee).expiresAt == 0) revert NoGrant(patient, grantee);
    }
}
