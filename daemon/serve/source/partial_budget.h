// Memory for records that have begun and are not complete: a worker's share of
// service.memory_limit. Where it runs out, the connection whose record has
// waited longest is given up, so that slow senders cannot stop the others.
#pragma once

#include <cstddef>
#include <functional>
#include <list>

namespace cflt::serve::source {

class PartialBudget {
 public:
  explicit PartialBudget(std::size_t limit_bytes) : limit_(limit_bytes) {}

  /// What one connection holds.
  class Share {
   public:
    /// `give_up` ends the connection; it sets this share to 0.
    Share(PartialBudget& budget, std::function<void()> give_up)
        : budget_(budget), give_up_(std::move(give_up)) {}
    ~Share() { set(0); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    /// May call give_up of any share, also of this one, before it returns;
    /// not where `bytes` is 0.
    void hold(std::size_t bytes) {
      set(bytes);
      if (bytes > 0) budget_.make_room();
    }
    /// What is held from now on is another record: the youngest.
    void begin_anew() { set(0); }

   private:
    friend class PartialBudget;
    void set(std::size_t bytes);

    PartialBudget& budget_;
    std::function<void()> give_up_;
    std::size_t bytes_ = 0;
    std::list<Share*>::iterator place_;
  };

  void change_limit(std::size_t limit_bytes) { limit_ = limit_bytes; }
  std::size_t used_bytes() const { return used_; }

 private:
  void make_room();

  std::size_t limit_;
  std::size_t used_ = 0;
  std::list<Share*> oldest_first_;  // those that hold something
};

}  // namespace cflt::serve::source
