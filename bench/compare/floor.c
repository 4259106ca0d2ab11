// Blocking sockets in C: what a round trip takes at least. `floor` serves and prints its
// port; `floor PORT` makes round trips, one after the other: for each line on stdin with
// a count and a size it prints the p50, p99 and p99.9 in microseconds, and the rate.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void write_all(int fd, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = send(fd, bytes, length, MSG_NOSIGNAL);
    if (written < 0) fail("send");
    bytes += written;
    length -= written;
  }
}

static void read_all(int fd, char *bytes, size_t length) {
  while (length > 0) {
    ssize_t taken = recv(fd, bytes, length, 0);
    if (taken <= 0) fail("recv");
    bytes += taken;
    length -= taken;
  }
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static int by_size(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static void serve(void) {
  int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t length = sizeof address;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr *)&address, length) < 0) fail("bind");
  if (listen(listener, 1) < 0) fail("listen");
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  int fd = accept(listener, NULL, NULL);
  if (fd < 0) fail("accept");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  static char bytes[1 << 18];
  ssize_t taken;
  while ((taken = recv(fd, bytes, sizeof bytes, 0)) > 0) {
    write_all(fd, bytes, taken);
  }
}

static void call(int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
    fail("connect");
  }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  size_t count, size;
  while (scanf("%zu %zu", &count, &size) == 2) {
    double *times = malloc(count * sizeof *times), begin = now();
    char *body = malloc(size);
    memset(body, 1, size);
    for (size_t i = 0; i < count; i++) {
      double before = now();
      write_all(fd, body, size);
      read_all(fd, body, size);
      times[i] = now() - before;
    }
    double seconds = (now() - begin) / 1e6;
    qsort(times, count, sizeof *times, by_size);
    printf("%f %f %f %f\n", times[count / 2], times[count * 99 / 100],
           times[count * 999 / 1000], count / seconds);
    fflush(stdout);
    free(times);
    free(body);
  }
}

int main(int argc, char **argv) {
  if (argc < 2) serve();
  else call(atoi(argv[1]));
  return 0;
}
