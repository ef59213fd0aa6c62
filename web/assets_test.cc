#include "web/assets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace p3a {
namespace {

TEST(WebAssets, HoldThePage) {
  const auto page = std::ranges::find(web_assets(), "/index.html", &StaticAsset::path);
  ASSERT_NE(page, web_assets().end());
  EXPECT_EQ(page->content_type, "text/html; charset=utf-8");
  const std::string text(page->plain.begin(), page->plain.end());
  EXPECT_TRUE(text.starts_with("<!doctype html>")) << text.substr(0, 40);
}

TEST(WebAssets, GzipIsOneMemberOfThePlainSizeWithoutATime) {
  for (const StaticAsset& asset : web_assets()) {
    ASSERT_GT(asset.gzip.size(), 18u) << asset.path;
    EXPECT_EQ(load_be16(asset.gzip.data()), 0x1f8b) << asset.path;
    EXPECT_EQ(load_le32(asset.gzip.data() + 4), 0u) << asset.path;
    EXPECT_EQ(load_le32(asset.gzip.data() + asset.gzip.size() - 4), asset.plain.size())
        << asset.path;
  }
}

TEST(WebAssets, PathsAndTagsAreUnique) {
  std::set<std::string> paths;
  std::set<std::string> tags;
  for (const StaticAsset& asset : web_assets()) {
    EXPECT_EQ(asset.path.front(), '/');
    EXPECT_TRUE(paths.emplace(asset.path).second) << asset.path;
    EXPECT_TRUE(tags.emplace(asset.etag).second) << asset.path;
    EXPECT_EQ(asset.etag.front(), '"') << asset.path;
    EXPECT_EQ(asset.etag.back(), '"') << asset.path;
  }
}

}  // namespace
}  // namespace p3a
