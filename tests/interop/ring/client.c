/*
 * A client of rings in shared memory, in C: what docs/shared_ring.md says, and
 * nothing else. It calls service 1 with bodies of many lengths, checks that they
 * come back, sleeps and is woken. Then it calls service 2 with a frame, checks that
 * the same comes back as a frame, and that its own one is released.
 *
 *     cc -O2 -Wall -o client client.c && ./client PATH COUNT
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { HELLO = 0x797a6966, WELCOME = 0x797a6967, REFUSED = 0x797a6968, WAKE = 1, DESCRIPTORS = 2 };
enum { CONTROL = 4096, RING = 65536, HEAD_LEN = 16, HEADER_LEN = 12 };
enum { TAIL = 0, HEAD = 32, READER_SLEEPS = 64, WRITER_SLEEPS = 96, ENDED = 128 };
enum { RELEASED = 160, RELEASE_AWAITED = 192, RELEASES = 2048, FRAME_LEN = 44 };
#define SKIP 0xffff0001u
#define REGION 0xffff0003u
#define FRAME 0xffff0005u

typedef struct {
  _Atomic uint32_t *control;
  uint8_t *bytes;
  uint32_t own;   /* how far this side is; never read back from the memory */
  uint32_t other; /* how far the other side was when it was looked at last */
  uint32_t *releases, released; /* of frames, and how many there are */
} Ring;

/* What is offered; the welcome repeats it. */
static uint32_t offered[8] = {HELLO, 1, 0x01020304, 1, RING, RING, 0, 0};
static int sock, received_fd = -1;
static uint8_t *region; /* the one that frames come in */
static uint64_t region_size, region_number;

static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, errno ? strerror(errno) : "no");
  exit(1);
}

static uint32_t padded(uint32_t length) { return (length + 15) & ~15u; }

static void wake(void) {
  uint32_t word = WAKE;
  /* If the socket is full, what is in it wakes the other side too. */
  send(sock, &word, sizeof word, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Stores an index or a flag, and wakes the other side if it has asked for it. */
static void store(Ring *ring, int word, uint32_t value, int flag) {
  uint32_t asked = 1;
  atomic_store(&ring->control[word], value);
  if (atomic_load(&ring->control[flag]) == 1 &&
      atomic_compare_exchange_strong(&ring->control[flag], &asked, 0))
    wake();
}

/* A datagram, and room for one descriptor that goes with it. */
static union { struct cmsghdr header; char bytes[CMSG_SPACE(sizeof(int))]; } rights;
static struct msghdr with_rights(struct iovec *data) {
  return (struct msghdr){.msg_iov = data, .msg_iovlen = 1,
                         .msg_control = &rights, .msg_controllen = sizeof rights};
}

static void send_with_fd(void *words, size_t length, int fd) {
  struct iovec data = {words, length};
  struct msghdr message = with_rights(&data);
  rights.header = (struct cmsghdr){CMSG_LEN(sizeof fd), SOL_SOCKET, SCM_RIGHTS};
  memcpy(CMSG_DATA(&rights.header), &fd, sizeof fd);
  if (sendmsg(sock, &message, MSG_NOSIGNAL) < 0) fail("sendmsg");
  close(fd);
}

/* Takes all datagrams that are there. */
static void take_datagrams(void) {
  for (;;) {
    uint32_t words[256];
    struct iovec data = {words, sizeof words};
    struct msghdr message = with_rights(&data);
    ssize_t length = recvmsg(sock, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (length < 0 && errno == EAGAIN) return;
    if (length <= 0) fail("recv");
    if (words[0] == REFUSED) {
      fprintf(stderr, "refused: %.*s\n", (int)length - 4, (char *)&words[1]);
      exit(1);
    }
    if (words[0] == WELCOME && (length != sizeof offered ||
        memcmp(words + 1, offered + 1, sizeof offered - 4))) fail("the welcome");
    if (words[0] == DESCRIPTORS && message.msg_controllen > 0 && received_fd < 0)
      memcpy(&received_fd, CMSG_DATA(&rights.header), sizeof received_fd);
    else if (words[0] != WAKE && words[0] != WELCOME) fail("an unknown datagram");
  }
}

/* Sleeps on the socket until a wake-up has come, and takes all that is there. */
static void sleep_on_socket(void) {
  struct pollfd ready = {.fd = sock, .events = POLLIN};
  if (poll(&ready, 1, 10000) != 1) fail("nothing came for 10 s");
  take_datagrams();
}

/* How many bytes can be read, or written: checked, as the other side may lie. */
static uint32_t look(Ring *ring, int word, int reads) {
  uint32_t index = atomic_load(&ring->control[word]);
  uint32_t ready = reads ? index - ring->own : ring->own - index;
  if (ready > RING || index % 16 != 0 || (int32_t)(index - ring->other) < 0)
    fail("an index that can't be");
  ring->other = index;
  return reads ? ready : RING - ready;
}

/* Waits until so many bytes are there: a short spin, and then a sleep. */
static void wait_for(Ring *ring, int word, int flag, int reads, uint32_t wanted) {
  for (;;) {
    for (int i = 0; i < 1000; i++)
      if (look(ring, word, reads) >= wanted) return;
    atomic_store(&ring->control[flag], 1);
    /* The look after the flag: without it a wake-up can get lost. */
    if (look(ring, word, reads) < wanted) sleep_on_socket();
    atomic_store(&ring->control[flag], 0);
  }
}

/* Copies in or out of the ring, around its end. */
static void copy(Ring *ring, uint32_t index, void *data, uint32_t length, int in) {
  uint32_t at = index % RING, first = length < RING - at ? length : RING - at;
  uint8_t *bytes = data;
  if (in) {
    memcpy(ring->bytes + at, bytes, first);
    memcpy(ring->bytes, bytes + first, length - first);
  } else {
    memcpy(bytes, ring->bytes + at, first);
    memcpy(bytes + first, ring->bytes, length - first);
  }
}

static void write_some(Ring *ring, void *data, uint32_t length) {
  copy(ring, ring->own, data, length, 1);
  ring->own += padded(length);
}

/* Sends a message; a long one in pieces of at most a quarter of the ring. */
static void send_message(Ring *ring, uint32_t type, uint32_t id, int32_t service,
                         uint8_t *body, uint32_t length) {
  uint32_t head[4] = {HEADER_LEN + length, type, id, (uint32_t)service};
  uint32_t piece = length < RING / 4 ? length : RING / 4;
  wait_for(ring, HEAD, WRITER_SLEEPS, 0, HEAD_LEN + padded(piece));
  write_some(ring, head, HEAD_LEN);
  for (uint32_t done = 0; done < length; done += piece) {
    piece = length - done < RING / 4 ? length - done : RING / 4;
    wait_for(ring, HEAD, WRITER_SLEEPS, 0, padded(piece));
    write_some(ring, body + done, piece);
    store(ring, TAIL, ring->own, READER_SLEEPS);
  }
  if (length == 0) store(ring, TAIL, ring->own, READER_SLEEPS);
}

/* Sends a request whose body is a part of a region of this process. */
static void send_frame(Ring *ring, uint32_t id, uint8_t *body, uint32_t length) {
  uint32_t place = 4096, number = 7;
  int fd = memfd_create("frame", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0 || pwrite(fd, body, length, place) != (ssize_t)length) fail("memfd");
  if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK)) fail("seal");
  uint32_t words[2] = {DESCRIPTORS, 1};
  send_with_fd(words, sizeof words, fd);
  uint32_t announced[4] = {HEADER_LEN, REGION, number, 0};
  uint32_t frame[12] = {FRAME_LEN, FRAME, id, 2, 0, number, 1, 0, place, 0, length, 0};
  wait_for(ring, HEAD, WRITER_SLEEPS, 0, 64);
  write_some(ring, announced, sizeof announced);
  write_some(ring, frame, sizeof frame);
  store(ring, TAIL, ring->own, READER_SLEEPS);
}

/* Waits until the only frame that was sent is released. */
static void wait_for_release(Ring *ring) {
  atomic_store(&ring->control[RELEASE_AWAITED], 1);
  while (atomic_load(&ring->control[RELEASED]) == 0) sleep_on_socket();
  if (ring->releases[0] != 7 || ring->releases[1] != 1) fail("the release");
}

/* Maps a region whose descriptor has come. */
static void take_region(uint32_t number) {
  struct stat status;
  take_datagrams();
  if (received_fd < 0 || fstat(received_fd, &status)) fail("a region");
  int seals = fcntl(received_fd, F_GET_SEALS);
  if (seals < 0 || !(seals & F_SEAL_SHRINK)) fail("seals");
  region_number = number;
  region_size = (uint64_t)status.st_size;
  region = mmap(NULL, region_size, PROT_READ, MAP_SHARED, received_fd, 0);
  if (region == MAP_FAILED) fail("mmap");
  close(received_fd);
  received_fd = -1;
}

/* Copies a frame out of its region, in the place of the reference, and releases it. */
static uint32_t take_frame(Ring *ring, uint32_t head[4], uint8_t *body, uint32_t most) {
  struct { uint32_t words[4]; uint64_t place[2]; } reference;
  memcpy(&reference, body, sizeof reference);
  uint64_t offset = reference.place[0], length = reference.place[1];
  if (head[0] != FRAME_LEN || region == NULL) fail("a frame");
  if (reference.words[1] != region_number) fail("the region's number");
  if (offset > region_size || length > region_size - offset) fail("the place");
  if (length > most) fail("a frame over the limit");
  memcpy(body, region + offset, length);
  head[1] = reference.words[0];
  memcpy(ring->releases + 2 * (ring->released % 64), &reference.words[1], 8);
  store(ring, RELEASED, ++ring->released, RELEASE_AWAITED);
  return (uint32_t)length;
}

/* Takes a message; its body is copied out before anybody looks at it. */
static uint32_t receive_message(Ring *ring, uint32_t head[4], uint8_t *body,
                                uint32_t most) {
  for (;;) {
    wait_for(ring, TAIL, READER_SLEEPS, 1, HEAD_LEN);
    copy(ring, ring->own, head, HEAD_LEN, 0); /* Copied, and then judged. */
    if (head[1] != SKIP && head[1] != REGION) break;
    uint32_t rest = head[1] == SKIP ? RING - ring->own % RING : HEAD_LEN;
    if (look(ring, TAIL, 1) < rest) fail("a skip that isn't published");
    if (head[1] == REGION) take_region(head[2]);
    ring->own += rest;
    store(ring, HEAD, ring->own, WRITER_SLEEPS);
  }
  if (head[0] < HEADER_LEN) fail("a length below the header's");
  uint32_t length = head[0] - HEADER_LEN;
  if (length > most) fail("a body over the limit");
  ring->own += HEAD_LEN;
  for (uint32_t done = 0; done < length;) {
    wait_for(ring, TAIL, READER_SLEEPS, 1, 16);
    uint32_t ready = look(ring, TAIL, 1), left = length - done;
    uint32_t part = left < ready ? left : ready;
    copy(ring, ring->own, body + done, part, 0);
    ring->own += padded(part);
    done += part;
    store(ring, HEAD, ring->own, WRITER_SLEEPS);
  }
  if (length == 0) store(ring, HEAD, ring->own, WRITER_SLEEPS);
  return head[1] == FRAME ? take_frame(ring, head, body, most) : length;
}

static Ring ring_at(uint8_t *memory, int index, size_t offset) {
  return (Ring){.control = (_Atomic uint32_t *)(memory + 1024 * index),
                .bytes = memory + offset,
                .releases = (uint32_t *)(memory + RELEASES + 512 * index)};
}

/* Connects, makes the memory, seals it and sends it. */
static uint8_t *offer(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (sock < 0 || connect(sock, (struct sockaddr *)&address, sizeof address)) fail("connect");
  size_t size = CONTROL + 2 * RING;
  int fd = memfd_create("ring", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0 || ftruncate(fd, (off_t)size)) fail("memfd");
  if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)) fail("seal");
  uint8_t *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) fail("mmap");
  send_with_fd(offered, sizeof offered, fd);
  return memory;
}

int main(int count_of_arguments, char **arguments) {
  if (count_of_arguments != 3) fail("usage: client PATH COUNT");
  uint8_t *memory = offer(arguments[1]);
  Ring there = ring_at(memory, 0, CONTROL), back = ring_at(memory, 1, CONTROL + RING);
  uint32_t most = 300000, total = 0, count = (uint32_t)atoi(arguments[2]), head[4];
  uint8_t *body = malloc(most), *answer = malloc(most);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t length = i % 50 == 49 ? most - i : (i * 37) % 1500;
    for (uint32_t j = 0; j < length; j++) body[j] = (uint8_t)(i + j * 7);
    send_message(&there, 0, i, 1, body, length);
    if (receive_message(&back, head, answer, most) != length) fail("the length");
    if (head[1] != 1 || head[2] != i || head[3] != 1) fail("the header");
    if (memcmp(body, answer, length)) fail("the body");
    total += length;
    if (i % 100 == 0) usleep(2000); /* Both sides go to sleep. */
  }
  for (uint32_t j = 0; j < most; j++) body[j] = (uint8_t)(j * 13);
  send_frame(&there, count, body, most);
  if (receive_message(&back, head, answer, most) != most) fail("the frame's length");
  if (head[1] != 1 || head[2] != count || head[3] != 2) fail("the frame's header");
  if (memcmp(body, answer, most)) fail("the frame");
  wait_for_release(&there);
  store(&there, ENDED, 1, READER_SLEEPS);
  return printf("%u calls, %u bytes\n", count, total) < 0;
}
