// Linux, generic: x86-64 and arm64 have the same values.

export const AF_UNIX = 1;

export const SOCK_STREAM = 1;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;

export const SOL_SOCKET = 1;
export const SO_PEERCRED = 17;
export const SO_ACCEPTCONN = 30;
export const SO_COOKIE = 57;

export const POLLNVAL = 0x20;

export const EINTR = 4;
export const EBADF = 9;
export const ENOTSOCK = 88;
export const ENOTCONN = 107;
export const ECONNREFUSED = 111;
