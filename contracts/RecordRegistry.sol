// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {History} from "./History.sol";
import {IConsentRegistry} from "./interfaces/IConsentRegistry.sol";
import {IHospitalRegistry} from "./interfaces/IHospitalRegistry.sol";
import {IRecordRegistry} from "./interfaces/IRecordRegistry.sol";

/// @title The records of patients: who added which header when
contract RecordRegistry is IRecordRegistry, History {
    /// @notice Says who is an active member of which hospital.
    IHospitalRegistry public immutable hospitalRegistry;
    /// @notice Says which hospital may add, and the patient's epoch.
    IConsentRegistry public immutable consentRegistry;

    mapping(bytes32 recordId => Record record) private _records;

    constructor(IHospitalRegistry hospitals, IConsentRegistry consents) {
        hospitalRegistry = hospitals;
        consentRegistry = consents;
    }

    /// @inheritdoc IRecordRegistry
    function addRecord(
        address patient,
        address hospital,
        bytes32 headerDigest,
        uint32 epoch,
        bytes32 amends
    ) external returns (bytes32 recordId) {
        _checkAuthor(patient, hospital, epoch);
        if (amends != 0) _checkRecord(patient, amends);
        recordId = _add(patient, hospital, headerDigest, epoch, amends, _recordHistory(patient));
    }

    /// @inheritdoc IRecordRegistry
    function addRecords(address patient, address hospital, bytes32[] calldata headerDigests, uint32 epoch) external {
        if (headerDigests.length == 0) revert NoRecords();
        _checkAuthor(patient, hospital, epoch);
        uint256 history = _recordHistory(patient);
        for (uint256 i = 0; i < headerDigests.length; ++i) {
            _add(patient, hospital, headerDigests[i], epoch, 0, history);
        }
    }

    /// @inheritdoc IRecordRegistry
    function eraseRecord(bytes32 recordId) external {
        _checkRecord(msg.sender, recordId);
        if (!_records[recordId].byPatient) revert NotOwnRecord(recordId);
        _records[recordId].erased = true;
        emit RecordErased(msg.sender, recordId, _recordHistory(msg.sender));
    }

    /// @inheritdoc IRecordRegistry
    function recordOf(bytes32 recordId) external view returns (Record memory) {
        return _records[recordId];
    }

    function _add(
        address patient,
        address hospital,
        bytes32 headerDigest,
        uint32 epoch,
        bytes32 amends,
        uint256 history
    ) private returns (bytes32 recordId) {
        if (headerDigest == 0) revert MissingDigest();
        recordId = keccak256(abi.encode(patient, msg.sender, headerDigest));
        if (_records[recordId].addedAt != 0) revert RecordExists(recordId);
        _records[recordId] = Record(patient, uint48(block.timestamp), hospital == address(0), false);
        emit RecordAdded(patient, msg.sender, recordId, hospital, headerDigest, epoch, amends, history);
    }

    function _checkAuthor(address patient, address hospital, uint32 epoch) private view {
        if (hospital == address(0)) {
            if (msg.sender != patient) revert NotPatient(patient, msg.sender);
        } else {
            if (!hospitalRegistry.isActiveMember(hospital, msg.sender)) revert NotActiveMember(hospital, msg.sender);
            if (!consentRegistry.mayAdd(patient, hospital)) revert AddingNotAllowed(patient, hospital);
        }
        uint32 current = consentRegistry.epochOf(patient);
        if (epoch != current) revert StaleEpoch(epoch, current);
    }

    /// @dev Refuses what is not a standing record of `patient`.
    function _checkRecord(address patient, bytes32 recordId) private view {
        if (_records[recordId].patient != patient || patient == address(0)) revert UnknownRecord(patient, recordId);
        if (_records[recordId].erased) revert AlreadyErased(recordId);
    }
}
