// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISignedActions} from "./ISignedActions.sol";

/**
 * @title Grants and standing consents of patients, and what readers owe them
 * @notice Only the patient, by transaction or by signature, grants, denies, revokes, or lets a hospital add: no role
 * stands above it, and no registrar can stand in the way. Scopes lie sealed on the clouds; here are digests. In every
 * event the first topic is the patient, the second the other party, `history` the patient's word before the event
 * ({IHistory}), and `hospitalHistory` the hospital's. (A reader's own word would cost each grant 22,100 gas more.)
 */
interface IConsentRegistry is ISignedActions {
    /// @notice What a patient agrees to when sharing.
    struct Terms {
        address grantee;
        address hospital; // the grant counts only while the grantee is an active member of it; 0: to the person alone
        bytes32 requestId; // the request that this answers ({IAccessRequests}), or 0
        uint48 expiresAt; // seconds since 1970
        bytes32 keysDigest; // of the bundle that delivers the keys
    }

    /// @dev One slot.
    struct Grant {
        address hospital; // as in Terms
        uint48 expiresAt;
        uint32 epoch; // of the patient when it was given
    }

    /// @notice `patient` lets `grantee` read until `expiresAt`; the bundle of `keysDigest` delivers keys of `epoch`.
    event AccessGranted(
        address indexed patient,
        address indexed grantee,
        bytes32 indexed requestId,
        address hospital,
        uint48 expiresAt,
        uint32 epoch,
        bytes32 keysDigest,
        uint256 history
    );
    /// @notice `patient` said no to the request of `requester`.
    event RequestDenied(address indexed patient, address indexed requester, bytes32 indexed requestId, uint256 history);
    /// @notice `patient` ended the access of `grantee` and began `epoch`; the bundle has new keys for those who stay.
    event AccessRevoked(
        address indexed patient,
        address indexed grantee,
        uint32 epoch,
        bytes32 keysDigest,
        uint256 history
    );
    /// @notice `patient` ended all grants given before, and began `epoch`.
    event AllAccessRevoked(address indexed patient, uint32 epoch, uint256 history);
    /// @notice `patient` delivered keys of `epoch` to `grantee` again; the grant stays as it is.
    event KeysDelivered(
        address indexed patient,
        address indexed grantee,
        uint32 epoch,
        bytes32 keysDigest,
        uint256 history
    );
    /// @notice `patient` lets members of `hospital` add to the patient's records until `expiresAt`.
    event AddingAllowed(
        address indexed patient,
        address indexed hospital,
        uint48 expiresAt,
        uint256 history,
        uint256 hospitalHistory
    );
    /// @notice `patient` ended the standing consent of `hospital`.
    event AddingStopped(address indexed patient, address indexed hospital, uint256 history, uint256 hospitalHistory);
    /// @notice `reader`, who may, confirmed to have opened a record of `patient`.
    event ReadingConfirmed(address indexed patient, address indexed reader, bytes32 indexed recordId, uint256 history);
    /// @notice `reader`, emergency staff of `hospital`, opened the emergency part of `patient` without being asked to.
    event GlassBroken(
        address indexed patient,
        address indexed reader,
        address indexed hospital,
        bytes32 reasonHash,
        uint48 until,
        uint256 history
    );

    /// @notice A digest is missing.
    error MissingDigest();
    /// @notice Nothing can be granted to the zero address.
    error InvalidGrantee(address grantee);
    /// @notice `hospital` is not approved.
    error NotApproved(address hospital);
    /// @notice The time given is not in the future.
    error ExpiryInPast(uint48 expiresAt);
    /// @notice `patient` has granted nothing to `grantee`, or revoked it.
    error NoGrant(address patient, address grantee);
    /// @notice `patient` has no standing consent for `hospital`.
    error AddingNotAllowed(address patient, address hospital);
    /// @notice `reader` may not read the records of `patient`, so has nothing to confirm.
    error NotReader(address patient, address reader);
    /// @notice `account` is not active emergency staff of `hospital`.
    error NotEmergencyStaff(address hospital, address account);

    /// @notice The calling patient shares on these terms; sharing again replaces what was shared.
    function grantAccess(Terms calldata terms) external;

    /// @notice As {grantAccess}, signed by the patient as `ShareRecords`.
    function grantAccessFor(Permission calldata permission, Terms calldata terms) external;

    /// @notice The calling patient says no to a request of `requester`.
    function denyRequest(address requester, bytes32 requestId) external;

    /// @notice As {denyRequest}, signed by the patient as `DenyRequest`.
    function denyRequestFor(Permission calldata permission, address requester, bytes32 requestId) external;

    /// @notice The calling patient ends the access of `grantee`. `keysDigest` may be 0 when nobody stays.
    function revokeAccess(address grantee, bytes32 keysDigest) external;

    /// @notice As {revokeAccess}, signed by the patient as `StopSharing`.
    function revokeAccessFor(Permission calldata permission, address grantee, bytes32 keysDigest) external;

    /// @notice The calling patient ends all access given so far.
    function revokeAllAccess() external;

    /// @notice As {revokeAllAccess}, signed by the patient as `StopAllSharing`.
    function revokeAllAccessFor(Permission calldata permission) external;

    /// @notice The calling patient delivers keys to `grantee`, whose grant stands, again.
    function deliverKeys(address grantee, bytes32 keysDigest) external;

    /// @notice As {deliverKeys}, signed by the patient as `DeliverKeys`.
    function deliverKeysFor(Permission calldata permission, address grantee, bytes32 keysDigest) external;

    /// @notice The calling patient lets active members of `hospital` add records until `expiresAt`.
    function allowAdding(address hospital, uint48 expiresAt) external;

    /// @notice As {allowAdding}, signed by the patient as `LetHospitalAdd`.
    function allowAddingFor(Permission calldata permission, address hospital, uint48 expiresAt) external;

    /// @notice The calling patient ends the standing consent of `hospital`.
    function stopAdding(address hospital) external;

    /// @notice As {stopAdding}, signed by the patient as `StopHospitalAdding`.
    function stopAddingFor(Permission calldata permission, address hospital) external;

    /// @notice The calling reader confirms to have opened a record of `patient`.
    function confirmReading(address patient, bytes32 recordId) external;

    /// @notice As {confirmReading}, signed by the reader as `ConfirmReading`.
    function confirmReadingFor(Permission calldata permission, address patient, bytes32 recordId) external;

    /// @notice The caller, emergency staff of `hospital`, may read the emergency part of `patient` for a day.
    /// @param reasonHash Digest of the reason, sealed to the patient on the clouds.
    function breakGlass(address patient, address hospital, bytes32 reasonHash) external;

    /// @notice The grant, expired or not; all 0 where there is none or it was revoked.
    function grantOf(address patient, address grantee) external view returns (Grant memory);

    /// @notice True while the grant counts: not expired, and its hospital, if it names one, still has the grantee.
    function canRead(address patient, address grantee) external view returns (bool);

    /// @notice Until when `reader` may open the emergency part of `patient`; 0 where it never might.
    function emergencyUntil(address patient, address reader) external view returns (uint48);

    /// @notice Until when `hospital` may add to the records of `patient` (0: it may not), and the patient's epoch.
    function standingConsentOf(address patient, address hospital) external view returns (uint256 until, uint256 epoch);

    /// @notice The epoch of the consent that `patient` issues.
    function epochOf(address patient) external view returns (uint32);
}
