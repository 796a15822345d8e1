"""The safety kernel: modes, identity before write, the restore obligation, the host's time. Pure; touches no port or file."""
