/*
 * A client of rings in shared memory, in C: what docs/shared_ring.md says, and
 * nothing else. It calls service 1 with bodies of many lengths, checks that they
 * come back, sleeps and is woken, and ends.
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
#include <sys/un.h>
#include <unistd.h>

enum { HELLO = 0x797a6966, WELCOME = 0x797a6967, REFUSED = 0x797a6968, WAKE = 1 };
enum { CONTROL = 4096, RING = 65536, HEAD_LEN = 16, HEADER_LEN = 12 };
enum { TAIL = 0, HEAD = 32, READER_SLEEPS = 64, WRITER_SLEEPS = 96, ENDED = 128 };
#define SKIP 0xffff0001u

typedef struct {
  _Atomic uint32_t *control;
  uint8_t *bytes;
  uint32_t own;   /* how far this side is; never read back from the memory */
  uint32_t other; /* how far the other side was when it was looked at last */
} Ring;

static int sock;

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

/* Sleeps on the socket until a wake-up has come, and takes all that is there. */
static void sleep_on_socket(void) {
  struct pollfd ready = {.fd = sock, .events = POLLIN};
  if (poll(&ready, 1, 10000) != 1) fail("nothing came for 10 s");
  for (;;) {
    uint32_t words[256];
    ssize_t length = recv(sock, words, sizeof words, MSG_DONTWAIT);
    if (length < 0 && errno == EAGAIN) return;
    if (length < 0) fail("recv");
    if (length == 0) fail("the other side has ended");
    if (words[0] == REFUSED) {
      fprintf(stderr, "refused: %.*s\n", (int)length - 4, (char *)&words[1]);
      exit(1);
    }
    if (words[0] != WAKE && words[0] != WELCOME) fail("an unknown datagram");
  }
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
  uint32_t at = index % RING;
  uint32_t first = length < RING - at ? length : RING - at;
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

/* Takes a message; its body is copied out before anybody looks at it. */
static uint32_t receive_message(Ring *ring, uint32_t head[4], uint8_t *body,
                                uint32_t most) {
  for (;;) {
    wait_for(ring, TAIL, READER_SLEEPS, 1, HEAD_LEN);
    /* Copied, and then judged. */
    copy(ring, ring->own, head, HEAD_LEN, 0);
    if (head[1] != SKIP) break;
    uint32_t rest = RING - ring->own % RING;
    if (look(ring, TAIL, 1) < rest) fail("a skip that isn't published");
    ring->own += rest;
    store(ring, HEAD, ring->own, WRITER_SLEEPS);
  }
  if (head[0] < HEADER_LEN) fail("a length below the header's");
  uint32_t length = head[0] - HEADER_LEN;
  if (length > most) fail("a body over the limit");
  ring->own += HEAD_LEN;
  for (uint32_t done = 0; done < length;) {
    wait_for(ring, TAIL, READER_SLEEPS, 1, 16);
    uint32_t ready = look(ring, TAIL, 1);
    uint32_t part = length - done < ready ? length - done : ready;
    copy(ring, ring->own, body + done, part, 0);
    ring->own += padded(part);
    done += part;
    store(ring, HEAD, ring->own, WRITER_SLEEPS);
  }
  if (length == 0) store(ring, HEAD, ring->own, WRITER_SLEEPS);
  return length;
}

static Ring ring_at(uint8_t *memory, int index, size_t offset) {
  Ring ring = {(_Atomic uint32_t *)(memory + 1024 * index), memory + offset, 0, 0};
  return ring;
}

/* Connects, makes the memory, seals it and sends it. */
static uint8_t *offer(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (sock < 0) fail("socket");
  if (connect(sock, (struct sockaddr *)&address, sizeof address)) fail("connect");
  size_t size = CONTROL + 2 * RING;
  int fd = memfd_create("ring", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0 || ftruncate(fd, (off_t)size)) fail("memfd");
  if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)) fail("seal");
  uint8_t *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) fail("mmap");
  uint32_t hello[8] = {HELLO, 1, 0x01020304, 1, RING, RING, 0, 0};
  struct iovec data = {hello, sizeof hello};
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  memset(&control, 0, sizeof control);
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(rights), &fd, sizeof fd);
  if (sendmsg(sock, &message, MSG_NOSIGNAL) < 0) fail("sendmsg");
  close(fd);
  return memory;
}

int main(int count_of_arguments, char **arguments) {
  if (count_of_arguments != 3) fail("usage: client PATH COUNT");
  uint8_t *memory = offer(arguments[1]);
  Ring there = ring_at(memory, 0, CONTROL);
  Ring back = ring_at(memory, 1, CONTROL + RING);
  uint32_t most = 300000, total = 0, count = (uint32_t)atoi(arguments[2]);
  uint8_t *body = malloc(most), *answer = malloc(most);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t length = i % 50 == 49 ? most - i : (i * 37) % 1500, head[4];
    for (uint32_t j = 0; j < length; j++) body[j] = (uint8_t)(i + j * 7);
    send_message(&there, 0, i, 1, body, length);
    if (receive_message(&back, head, answer, most) != length) fail("the length");
    if (head[1] != 1 || head[2] != i || head[3] != 1) fail("the header");
    if (memcmp(body, answer, length)) fail("the body");
    total += length;
    /* Both sides go to sleep in between. */
    if (i % 100 == 0) usleep(2000);
  }
  store(&there, ENDED, 1, READER_SLEEPS);
  printf("%u calls, %u bytes\n", count, total);
  close(sock);
  return 0;
}
