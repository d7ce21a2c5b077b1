// Loaded into a daemon by LD_PRELOAD: its wall clock is so many seconds from the machine's as the file named by
// COAGWATCH_TEST_CLOCK says, from one moment to the next. Its monotonic clock is left alone, as on any machine whose
// clock is set. Written since libfaketime does not know C11's cnd_timedwait, by which librdkafka waits: a deadline of
// the moved clock was held against the machine's. A wait that has begun is not touched by a later move.

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace {

std::int64_t moved_by() {
  static const std::atomic<std::int64_t>* const shared = [] {
    const char* file = std::getenv("COAGWATCH_TEST_CLOCK");
    const int fd = file == nullptr ? -1 : open(file, O_RDONLY | O_CLOEXEC);
    void* page = fd < 0 ? MAP_FAILED : mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, fd, 0);
    if (fd >= 0) close(fd);
    return page == MAP_FAILED ? nullptr : static_cast<const std::atomic<std::int64_t>*>(page);
  }();
  return shared == nullptr ? 0 : shared->load(std::memory_order_relaxed);
}

template <typename Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

bool is_wall(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE; }

/// A deadline of the moved clock, by the machine's. One of a monotonic clock lies decades before it.
timespec by_machine(const timespec& deadline) {
  constexpr std::int64_t kYear2001 = 1'000'000'000;
  timespec out = deadline;
  if (out.tv_sec > kYear2001) out.tv_sec -= moved_by();
  return out;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static const auto next = real<int (*)(clockid_t, timespec*)>("clock_gettime");
  const int result = next(clock, time);
  if (result == 0 && is_wall(clock)) time->tv_sec += moved_by();
  return result;
}

int gettimeofday(timeval* time, void* zone) noexcept {
  static const auto next = real<int (*)(timeval*, void*)>("gettimeofday");
  const int result = next(time, zone);
  if (result == 0) time->tv_sec += moved_by();
  return result;
}

time_t time(time_t* out) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != nullptr) *out = now.tv_sec;
  return now.tv_sec;
}

int timespec_get(timespec* time, int base) noexcept {
  return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, time) == 0 ? base : 0;
}

int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* deadline) {
  static const auto next = real<int (*)(cnd_t*, mtx_t*, const timespec*)>("cnd_timedwait");
  const timespec machine = by_machine(*deadline);
  return next(condition, mutex, &machine);
}

int mtx_timedlock(mtx_t* mutex, const timespec* deadline) {
  static const auto next = real<int (*)(mtx_t*, const timespec*)>("mtx_timedlock");
  const timespec machine = by_machine(*deadline);
  return next(mutex, &machine);
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex, const timespec* deadline) {
  static const auto next = real<int (*)(pthread_cond_t*, pthread_mutex_t*, const timespec*)>("pthread_cond_timedwait");
  const timespec machine = by_machine(*deadline);
  return next(condition, mutex, &machine);
}

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                           const timespec* deadline) {
  static const auto next =
      real<int (*)(pthread_cond_t*, pthread_mutex_t*, clockid_t, const timespec*)>("pthread_cond_clockwait");
  const timespec machine = by_machine(*deadline);
  return next(condition, mutex, clock, &machine);
}

}  // extern "C"
