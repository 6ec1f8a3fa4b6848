// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice A wallet that is a contract: whoever owns it signs for it.
contract SmartAccount is IERC1271 {
    address public owner;

    constructor(address owner_) {
        owner = owner_;
    }

    function execute(address target, bytes calldata data) external {
        require(msg.sender == owner, "not the owner");
        (bool isDone, ) = target.call(data);
        require(isDone, "refused");
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (address recovered, ECDSA.RecoverError problem, ) = ECDSA.tryRecoverCalldata(hash, signature);
        bool isOwners = problem == ECDSA.RecoverError.NoError && recovered == owner;
        return isOwners ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// @notice Says yes to everything, and calls back whoever asks with the signature as the call.
contract ReentrantAccount {
    event CalledBack(bool isDone);

    function isValidSignature(bytes32, bytes calldata signature) external returns (bytes4) {
        if (signature.length != 0) {
            (bool isDone, ) = msg.sender.call(signature);
            emit CalledBack(isDone);
        }
        return IERC1271.isValidSignature.selector;
    }
}
