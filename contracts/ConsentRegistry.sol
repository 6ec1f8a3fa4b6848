// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {History} from "./History.sol";
import {IConsentRegistry} from "./interfaces/IConsentRegistry.sol";
import {IHospitalRegistry} from "./interfaces/IHospitalRegistry.sol";
import {IPatientRegistry} from "./interfaces/IPatientRegistry.sol";

/// @title Requests, grants and standing consents of patients
contract ConsentRegistry is IConsentRegistry, History {
    /// @notice A request that is not answered lapses after this time.
    uint48 public constant REQUEST_LIFE = 14 days;

    /// @notice Says who is an active member of which hospital.
    IHospitalRegistry public immutable hospitalRegistry;
    /// @notice Says who has keys.
    IPatientRegistry public immutable patientRegistry;

    mapping(address patient => uint32 epoch) private _epochs;
    mapping(bytes32 requestId => Request request) private _requests;
    mapping(address patient => mapping(address grantee => Grant grant)) private _grants;
    mapping(address patient => mapping(address hospital => uint48 expiresAt)) private _adding;

    constructor(IHospitalRegistry hospitals, IPatientRegistry patients) {
        hospitalRegistry = hospitals;
        patientRegistry = patients;
    }

    /// @inheritdoc IConsentRegistry
    function requestAccess(
        address patient,
        address hospital,
        bytes32 detailsDigest,
        uint32 durationDays
    ) external returns (bytes32 requestId) {
        if (detailsDigest == 0) revert MissingDigest();
        if (durationDays == 0) revert InvalidDuration(durationDays);
        _checkMember(hospital, msg.sender);
        _checkKeys(patient);
        uint48 askedAt = uint48(block.timestamp);
        requestId = _idOf(patient, msg.sender, hospital, askedAt);
        if (_requests[requestId].state != RequestState.None) revert RequestExists(requestId);
        _requests[requestId] = Request(msg.sender, askedAt, durationDays, RequestState.Waiting);
        emit AccessRequested(
            patient,
            msg.sender,
            requestId,
            hospital,
            detailsDigest,
            durationDays,
            _recordHistory(patient),
            _recordHistory(msg.sender)
        );
    }

    /// @inheritdoc IConsentRegistry
    function withdrawRequest(address patient, address hospital, bytes32 requestId) external {
        _close(requestId, patient, msg.sender, hospital, RequestState.Withdrawn);
        emit RequestWithdrawn(patient, msg.sender, requestId, _recordHistory(patient), _recordHistory(msg.sender));
    }

    /// @inheritdoc IConsentRegistry
    function denyRequest(address requester, address hospital, bytes32 requestId) external {
        _close(requestId, msg.sender, requester, hospital, RequestState.Denied);
        emit RequestDenied(msg.sender, requester, requestId, _recordHistory(msg.sender), _recordHistory(requester));
    }

    /// @inheritdoc IConsentRegistry
    function grantAccess(
        address grantee,
        address hospital,
        bytes32 requestId,
        uint48 expiresAt,
        bytes32 keysDigest
    ) external {
        if (keysDigest == 0) revert MissingDigest();
        if (expiresAt <= block.timestamp) revert ExpiryInPast(expiresAt);
        if (requestId != 0) _close(requestId, msg.sender, grantee, hospital, RequestState.Granted);
        if (hospital != address(0)) _checkMember(hospital, grantee);
        _checkKeys(grantee);
        _grants[msg.sender][grantee] = Grant(hospital, uint48(block.timestamp), expiresAt);
        emit AccessGranted(
            msg.sender,
            grantee,
            requestId,
            hospital,
            expiresAt,
            _epochs[msg.sender],
            keysDigest,
            _recordHistory(msg.sender),
            _recordHistory(grantee)
        );
    }

    /// @inheritdoc IConsentRegistry
    function revokeAccess(address grantee, bytes32 keysDigest) external {
        if (_grants[msg.sender][grantee].grantedAt == 0) revert NoGrant(msg.sender, grantee);
        delete _grants[msg.sender][grantee];
        uint32 epoch = ++_epochs[msg.sender];
        emit AccessRevoked(msg.sender, grantee, epoch, keysDigest, _recordHistory(msg.sender), _recordHistory(grantee));
    }

    /// @inheritdoc IConsentRegistry
    function allowAdding(address hospital, uint48 expiresAt) external {
        if (expiresAt <= block.timestamp) revert ExpiryInPast(expiresAt);
        if (!hospitalRegistry.isApproved(hospital)) revert NotApproved(hospital);
        _adding[msg.sender][hospital] = expiresAt;
        emit AddingAllowed(msg.sender, hospital, expiresAt, _recordHistory(msg.sender), _recordHistory(hospital));
    }

    /// @inheritdoc IConsentRegistry
    function stopAdding(address hospital) external {
        if (_adding[msg.sender][hospital] == 0) revert AddingNotAllowed(msg.sender, hospital);
        delete _adding[msg.sender][hospital];
        emit AddingStopped(msg.sender, hospital, _recordHistory(msg.sender), _recordHistory(hospital));
    }

    /// @inheritdoc IConsentRegistry
    function requestOf(bytes32 requestId) external view returns (Request memory) {
        return _requests[requestId];
    }

    /// @inheritdoc IConsentRegistry
    function grantOf(address patient, address grantee) external view returns (Grant memory) {
        return _grants[patient][grantee];
    }

    /// @inheritdoc IConsentRegistry
    function addingUntil(address patient, address hospital) external view returns (uint48) {
        return _adding[patient][hospital];
    }

    /// @inheritdoc IConsentRegistry
    function epochOf(address patient) external view returns (uint32) {
        return _epochs[patient];
    }

    /// @inheritdoc IConsentRegistry
    function mayAdd(address patient, address hospital) external view returns (bool) {
        return _adding[patient][hospital] > block.timestamp;
    }

    /// @inheritdoc IConsentRegistry
    function canRead(address patient, address grantee) external view returns (bool) {
        Grant memory grant = _grants[patient][grantee];
        if (grant.expiresAt <= block.timestamp) return false;
        return grant.hospital == address(0) || hospitalRegistry.isActiveMember(grant.hospital, grantee);
    }

    /// @dev Moves a waiting request on. The id itself proves that it is of these three.
    function _close(
        bytes32 requestId,
        address patient,
        address requester,
        address hospital,
        RequestState state
    ) private {
        Request storage request = _requests[requestId];
        uint48 askedAt = request.askedAt;
        if (request.state == RequestState.None || _idOf(patient, requester, hospital, askedAt) != requestId) {
            revert UnknownRequest(requestId);
        }
        if (request.state != RequestState.Waiting) revert RequestClosed(requestId, request.state);
        if (askedAt + REQUEST_LIFE <= block.timestamp) revert RequestExpired(requestId, askedAt + REQUEST_LIFE);
        request.state = state;
    }

    function _checkMember(address hospital, address account) private view {
        if (!hospitalRegistry.isActiveMember(hospital, account)) revert NotActiveMember(hospital, account);
    }

    function _checkKeys(address account) private view {
        if (!patientRegistry.hasKeys(account)) revert NoKeys(account);
    }

    function _idOf(
        address patient,
        address requester,
        address hospital,
        uint48 askedAt
    ) private pure returns (bytes32) {
        return keccak256(abi.encode(patient, requester, hospital, askedAt));
    }
}
