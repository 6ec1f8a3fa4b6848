// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Says what Filecoin's PDPVerifier and its Warm Storage service say in their logs, when told to: for tests of what reads it.
contract PdpLog {
    struct PieceIdAndOffset {
        uint256 pieceId;
        uint256 offset;
    }

    event PossessionProven(uint256 indexed setId, PieceIdAndOffset[] challenges);
    event NextProvingPeriod(uint256 indexed setId, uint256 challengeEpoch, uint256 leafCount);
    event DataSetEmpty(uint256 indexed setId);
    event FaultRecord(uint256 indexed dataSetId, uint256 periodsFaulted, uint256 deadline);

    mapping(uint256 setId => uint256) public getDataSetLastProvenEpoch;

    function prove(uint256 setId, PieceIdAndOffset[] calldata challenges) external {
        getDataSetLastProvenEpoch[setId] = block.number;
        emit PossessionProven(setId, challenges);
        emit DataSetEmpty(setId);
    }

    function beginPeriod(uint256 setId, uint256 challengeEpoch, uint256 leafCount) external {
        emit NextProvingPeriod(setId, challengeEpoch, leafCount);
    }

    function fault(uint256 setId, uint256 periods) external {
        emit FaultRecord(setId, periods, block.number);
    }
}
