// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {History} from "./History.sol";
import {IAccessRequests} from "./interfaces/IAccessRequests.sol";

/// @title Requests of members, for the registry that knows them to inherit
abstract contract AccessRequests is IAccessRequests, History {
    /// @inheritdoc IAccessRequests
    function requestAccess(address patient, address hospital, bytes32 detailsDigest, uint32 durationDays) external {
        if (durationDays == 0) revert InvalidDuration(durationDays);
        if (!isActiveMember(hospital, msg.sender)) revert NotActiveMember(hospital, msg.sender);
        emit AccessRequested(patient, msg.sender, hospital, detailsDigest, durationDays, _recordHistory(patient));
    }

    /// @inheritdoc IAccessRequests
    function withdrawRequest(address patient, address hospital, bytes32 detailsDigest) external {
        if (!isActiveMember(hospital, msg.sender)) revert NotActiveMember(hospital, msg.sender);
        emit RequestWithdrawn(patient, msg.sender, hospital, detailsDigest, _recordHistory(patient));
    }

    /// @dev Whether `hospital` is approved and has `member` now.
    function isActiveMember(address hospital, address member) public view virtual returns (bool);
}
