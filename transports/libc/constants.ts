// Linux, generic: x86-64 and arm64 have the same values.

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;

export const RLIMIT_FSIZE = 1;
export const RLIMIT_NOFILE = 7;

export const SOCK_STREAM = 1;
export const SOCK_SEQPACKET = 5;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;
/** The room for a C `sockaddr_in` or `sockaddr_in6`. */
export const MAX_ADDRESS_LEN = 28;

export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_TYPE = 3;
export const SO_ERROR = 4;
export const SO_SNDBUF = 7;
export const SO_KEEPALIVE = 9;
export const SO_PEERCRED = 17;
export const SO_ACCEPTCONN = 30;
export const SO_SNDBUFFORCE = 32;
export const SO_DOMAIN = 39;
export const SO_COOKIE = 57;

export const IPPROTO_TCP = 6;
export const TCP_NODELAY = 1;

export const AI_NUMERICHOST = 0x4;
export const EAI_NONAME = -2;

export const SCM_RIGHTS = 1;
/** The kernel takes no more descriptors in one message. */
export const SCM_MAX_FD = 253;

export const MSG_CTRUNC = 0x8;
export const MSG_TRUNC = 0x20;
export const MSG_DONTWAIT = 0x40;
export const MSG_NOSIGNAL = 0x4000;
export const MSG_CMSG_CLOEXEC = 0x40000000;

/** Makes `preadv2` and `pwritev2` fail instead of waiting. */
export const RWF_NOWAIT = 0x8;

export const SHUT_WR = 1;
export const SIOCINQ = 0x541b;

export const POLLIN = 1;
export const POLLOUT = 4;
export const POLLNVAL = 0x20;
export const POLLRDHUP = 0x2000;

export const EPOLL_CLOEXEC = 0o2000000;
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLL_CTL_MOD = 3;
export const EPOLLIN = 0x1;
export const EPOLLOUT = 0x4;
export const EPOLLERR = 0x8;
export const EPOLLHUP = 0x10;
export const EPOLLRDHUP = 0x2000;

export const EINTR = 4;
export const EBADF = 9;
export const EAGAIN = 11;
export const ENOMEM = 12;
export const EINVAL = 22;
export const ENOTSOCK = 88;
export const EOPNOTSUPP = 95;
export const EFBIG = 27;
export const EMSGSIZE = 90;
export const EPROTOTYPE = 91;
export const ECONNABORTED = 103;
export const EPIPE = 32;
export const ECONNRESET = 104;
export const ENOBUFS = 105;
export const ENOTCONN = 107;
export const ETOOMANYREFS = 109;
export const ECONNREFUSED = 111;
export const EINPROGRESS = 115;

export const S_IFMT = 0o170000;
export const S_IFSOCK = 0o140000;
export const S_IFREG = 0o100000;
export const S_IFBLK = 0o060000;
export const S_IFDIR = 0o040000;

export const O_WRONLY = 1;
export const O_RDWR = 2;
export const O_ACCMODE = 3;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_NOCTTY = 0o400;
export const O_TRUNC = 0o1000;
export const O_APPEND = 0o2000;
export const O_NONBLOCK = 0o4000;
export const O_CLOEXEC = 0o2000000;

export const F_GETFD = 1;
export const F_SETFD = 2;
export const F_GETFL = 3;
export const F_SETFL = 4;
export const F_DUPFD_CLOEXEC = 1030;
export const F_ADD_SEALS = 1033;
export const F_GET_SEALS = 1034;
export const FD_CLOEXEC = 1;

export const F_SEAL_SEAL = 0x1;
export const F_SEAL_SHRINK = 0x2;
export const F_SEAL_GROW = 0x4;
export const F_SEAL_WRITE = 0x8;
export const F_SEAL_FUTURE_WRITE = 0x10;

export const MFD_CLOEXEC = 0x1;
export const MFD_ALLOW_SEALING = 0x2;
export const MFD_NOEXEC_SEAL = 0x8;

export const TMPFS_MAGIC = 0x01021994;

export const PROT_READ = 0x1;
export const PROT_WRITE = 0x2;
export const MAP_SHARED = 0x1;
export const MAP_PRIVATE = 0x2;
export const MAP_FIXED = 0x10;
export const MAP_ANONYMOUS = 0x20;
export const MAP_NORESERVE = 0x4000;
export const MADV_REMOVE = 9;
export const MAP_FAILED = 2n ** 64n - 1n;

export const AT_EMPTY_PATH = 0x1000;
export const STATX_BASIC_STATS = 0x7ff;
export const STATX_BTIME = 0x800;
