// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHistory} from "./IHistory.sol";

/**
 * @title Requests, grants and standing consents of patients
 * @notice Only the patient's own account grants, denies, revokes, or lets a hospital add: no role stands above it.
 * Purposes and scopes lie sealed on the clouds; here are digests. In every event the first topic is the patient, the
 * second the other party, `history` the patient's word before the event ({IHistory}), and the last field the other's.
 */
interface IConsentRegistry is IHistory {
    enum RequestState {
        None,
        Waiting,
        Granted,
        Denied,
        Withdrawn
    }

    /// @dev One slot. The id also commits to patient and hospital: keccak256(patient, requester, hospital, askedAt).
    struct Request {
        address requester;
        uint48 askedAt;
        uint32 durationDays;
        RequestState state;
    }

    /// @dev One slot.
    struct Grant {
        address hospital; // the grant rests while the grantee is not an active member of it; 0: to the person alone
        uint48 grantedAt;
        uint48 expiresAt;
    }

    /// @notice `requester`, a member of `hospital`, asks `patient` for access; sealed details have this digest.
    event AccessRequested(
        address indexed patient,
        address indexed requester,
        bytes32 indexed requestId,
        address hospital,
        bytes32 detailsDigest,
        uint32 durationDays,
        uint256 history,
        uint256 requesterHistory
    );
    /// @notice `requester` took its request back.
    event RequestWithdrawn(
        address indexed patient,
        address indexed requester,
        bytes32 indexed requestId,
        uint256 history,
        uint256 requesterHistory
    );
    /// @notice `patient` said no to the request.
    event RequestDenied(
        address indexed patient,
        address indexed requester,
        bytes32 indexed requestId,
        uint256 history,
        uint256 requesterHistory
    );
    /// @notice `patient` lets `grantee` read until `expiresAt`; the bundle of `keysDigest` delivers keys of `epoch`.
    event AccessGranted(
        address indexed patient,
        address indexed grantee,
        bytes32 indexed requestId,
        address hospital,
        uint48 expiresAt,
        uint32 epoch,
        bytes32 keysDigest,
        uint256 history,
        uint256 granteeHistory
    );
    /// @notice `patient` ended the access of `grantee` and began `epoch`; the bundle has new keys for those who stay.
    event AccessRevoked(
        address indexed patient,
        address indexed grantee,
        uint32 epoch,
        bytes32 keysDigest,
        uint256 history,
        uint256 granteeHistory
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

    /// @notice A digest is missing.
    error MissingDigest();
    /// @notice `account` has published no keys, so nothing can be sealed to it.
    error NoKeys(address account);
    /// @notice `account` is not an active member of `hospital`.
    error NotActiveMember(address hospital, address account);
    /// @notice `hospital` is not approved.
    error NotApproved(address hospital);
    /// @notice The time given is not in the future.
    error ExpiryInPast(uint48 expiresAt);
    /// @notice A request asks for at least one day.
    error InvalidDuration(uint32 durationDays);
    /// @notice The same request was made in this block already.
    error RequestExists(bytes32 requestId);
    /// @notice There is no such request of these three: patient, requester, hospital.
    error UnknownRequest(bytes32 requestId);
    /// @notice The request is no longer waiting.
    error RequestClosed(bytes32 requestId, RequestState state);
    /// @notice The request lapsed at `endedAt`.
    error RequestExpired(bytes32 requestId, uint48 endedAt);
    /// @notice `patient` has granted nothing to `grantee`, or revoked it.
    error NoGrant(address patient, address grantee);
    /// @notice `patient` has no standing consent for `hospital`.
    error AddingNotAllowed(address patient, address hospital);

    /// @notice The caller, an active member of `hospital`, asks `patient` for access. A request lapses after 14 days.
    function requestAccess(
        address patient,
        address hospital,
        bytes32 detailsDigest,
        uint32 durationDays
    ) external returns (bytes32 requestId);

    /// @notice The caller takes its waiting request to `patient` back.
    function withdrawRequest(address patient, address hospital, bytes32 requestId) external;

    /// @notice The calling patient says no to the waiting request of `requester`.
    function denyRequest(address requester, address hospital, bytes32 requestId) external;

    /**
     * @notice The calling patient lets `grantee` read until `expiresAt`; granting again replaces what was granted.
     * @param hospital The grant counts only while the grantee is an active member of it; 0: it is to the person alone.
     * @param requestId The waiting request of `grantee` that this answers, or 0.
     */
    function grantAccess(
        address grantee,
        address hospital,
        bytes32 requestId,
        uint48 expiresAt,
        bytes32 keysDigest
    ) external;

    /// @notice The calling patient ends the access of `grantee`. `keysDigest` may be 0 when nobody stays.
    function revokeAccess(address grantee, bytes32 keysDigest) external;

    /// @notice The calling patient lets active members of `hospital` add records until `expiresAt`.
    function allowAdding(address hospital, uint48 expiresAt) external;

    /// @notice The calling patient ends the standing consent of `hospital`.
    function stopAdding(address hospital) external;

    /// @notice The request, whatever became of it.
    function requestOf(bytes32 requestId) external view returns (Request memory);

    /// @notice The grant, expired or not; all 0 where there is none.
    function grantOf(address patient, address grantee) external view returns (Grant memory);

    /// @notice Until when `hospital` may add to the records of `patient`; 0 where it may not.
    function addingUntil(address patient, address hospital) external view returns (uint48);

    /// @notice The epoch of the consent that `patient` issues.
    function epochOf(address patient) external view returns (uint32);

    /// @notice True while `hospital` has a standing consent of `patient`.
    function mayAdd(address patient, address hospital) external view returns (bool);

    /// @notice True while the grant counts: not expired, and its hospital, if it names one, still has the grantee.
    function canRead(address patient, address grantee) external view returns (bool);
}
