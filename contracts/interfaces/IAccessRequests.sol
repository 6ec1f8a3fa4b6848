// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHistory} from "./IHistory.sol";

/**
 * @title Requests of hospitals' members for access to patients' records
 * @notice A request is an entry in the log that says who asks whom, signed by the asker's transaction; what is asked
 * and why lies sealed on the clouds under commitments of its own, here is the digest. Nothing is stored, since nothing
 * depends on a request: only the patient decides, whatever was asked ({IConsentRegistry}). It stands beside the
 * memberships because checking those is what it costs. Its id, by which answers name it, is
 * keccak256(patient, requester, hospital, detailsDigest): nobody can take another's. In both events `history` is the
 * patient's word before the event.
 */
interface IAccessRequests is IHistory {
    /// @notice `requester`, a member of `hospital`, asks `patient` for access of `durationDays`.
    event AccessRequested(
        address indexed patient,
        address indexed requester,
        address indexed hospital,
        bytes32 detailsDigest,
        uint32 durationDays,
        uint256 history
    );
    /// @notice `requester` took its request back.
    event RequestWithdrawn(
        address indexed patient,
        address indexed requester,
        address indexed hospital,
        bytes32 detailsDigest,
        uint256 history
    );

    /// @notice A request asks for at least one day.
    error InvalidDuration(uint32 durationDays);
    /// @notice `account` is not an active member of `hospital`.
    error NotActiveMember(address hospital, address account);

    /// @notice The caller, an active member of `hospital`, asks `patient` for access.
    function requestAccess(address patient, address hospital, bytes32 detailsDigest, uint32 durationDays) external;

    /**
     * @notice The caller, an active member of `hospital`, takes back what it asked. Nobody else: whoever could write
     * here without being answerable to a hospital could make a patient's history as long as they like. Those who left
     * need not, since nothing granted in the name of `hospital` counts for them.
     */
    function withdrawRequest(address patient, address hospital, bytes32 detailsDigest) external;
}
