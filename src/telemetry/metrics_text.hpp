// Lines of the Prometheus text format, written by hand: for series that come and go, such as those
// of accounts, of which there may be a thousand.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace gw {

// Pure. A family's samples follow its beginning; a family without any is named all the same, so
// that an operator finds it.
class MetricsText final {
 public:
  using Label = std::pair<std::string_view, std::string_view>;

  void counter(std::string_view name, std::string_view help) { begin(name, help, "counter"); }
  void gauge(std::string_view name, std::string_view help) { begin(name, help, "gauge"); }
  // Of the family that was begun last.
  void sample(std::span<const Label> labels, double value);
  void sample(std::initializer_list<Label> labels, double value) {
    sample(std::span(labels.begin(), labels.size()), value);
  }

  const std::string& text() const { return text_; }

 private:
  void begin(std::string_view name, std::string_view help, std::string_view type);

  std::string text_;
  std::string name_;
};

}  // namespace gw
