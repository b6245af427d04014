-- The questions are those of ClickBench, the public benchmark of analytic databases, by the numbers it
-- gives them; the wording is this project's, in DuckDB's dialect.

-- 1
SELECT count(*) AS hit_count
FROM hits;

-- 2
SELECT count(*) AS advertised
FROM hits
WHERE AdvEngineID != 0;

-- 3
SELECT sum(AdvEngineID) AS engines, count(*) AS hit_count, avg(ResolutionWidth) AS mean_width
FROM hits;

-- 4
SELECT avg(UserID) AS mean_user
FROM hits;

-- 5
SELECT count(DISTINCT UserID) AS users
FROM hits;

-- 6
SELECT count(DISTINCT SearchPhrase) AS phrases
FROM hits;

-- 7
SELECT min(EventDate) AS first_day, max(EventDate) AS last_day
FROM hits;

-- 8
SELECT AdvEngineID, count(*) AS hit_count
FROM hits
WHERE AdvEngineID != 0
GROUP BY ALL
ORDER BY hit_count DESC;

-- 9
SELECT RegionID, count(DISTINCT UserID) AS users
FROM hits
GROUP BY 1
ORDER BY 2 DESC
LIMIT 10;

-- 10
SELECT
  RegionID,
  sum(AdvEngineID) AS engines,
  count(*) AS hit_count,
  avg(ResolutionWidth) AS mean_width,
  count(DISTINCT UserID) AS users
FROM hits
GROUP BY ALL
ORDER BY hit_count DESC
LIMIT 10;

-- 11
SELECT MobilePhoneModel AS model, count(DISTINCT UserID) AS users
FROM hits
WHERE MobilePhoneModel != ''
GROUP BY model
ORDER BY 2 DESC
LIMIT 10;

-- 12
SELECT MobilePhone AS phone, MobilePhoneModel AS model, count(DISTINCT UserID) AS users
FROM hits
WHERE MobilePhoneModel != ''
GROUP BY 1, 2
ORDER BY users DESC
LIMIT 10;

-- 13
SELECT SearchPhrase AS phrase, count(*) AS hit_count
FROM hits
WHERE SearchPhrase != ''
GROUP BY ALL
ORDER BY 2 DESC
LIMIT 10;

-- 14
SELECT SearchPhrase AS phrase, count(DISTINCT UserID) AS users
FROM hits
WHERE SearchPhrase != ''
GROUP BY phrase
ORDER BY users DESC
LIMIT 10;

-- 15
SELECT SearchEngineID AS engine, SearchPhrase AS phrase, count(*) AS hit_count
FROM hits
WHERE SearchPhrase != ''
GROUP BY 1, 2
ORDER BY 3 DESC
LIMIT 10;

-- 16
SELECT UserID, count(*) AS hit_count
FROM hits
GROUP BY ALL
ORDER BY hit_count DESC
LIMIT 10;

-- 17
SELECT UserID, SearchPhrase AS phrase, count(*) AS hit_count
FROM hits
GROUP BY ALL
ORDER BY hit_count DESC
LIMIT 10;

-- 18
SELECT UserID, SearchPhrase AS phrase, count(*) AS hit_count
FROM hits
GROUP BY 1, 2
LIMIT 10;

-- 19
SELECT UserID, minute(EventTime) AS minute_of_hour, SearchPhrase AS phrase, count(*) AS hit_count
FROM hits
GROUP BY ALL
ORDER BY hit_count DESC
LIMIT 10;

-- 20
SELECT UserID
FROM hits
WHERE UserID IN (435090932899640449);

-- 21
SELECT count(*) AS found
FROM hits
WHERE contains(URL, 'google');

-- 22
SELECT SearchPhrase AS phrase, min(URL) AS least_url, count(*) AS found
FROM hits
WHERE SearchPhrase != '' AND URL LIKE '%google%'
GROUP BY ALL
ORDER BY found DESC
LIMIT 10;

-- 23
SELECT
  SearchPhrase AS phrase,
  min(URL) AS least_url,
  min(Title) AS least_title,
  count(*) AS found,
  count(DISTINCT UserID) AS users
FROM hits
WHERE SearchPhrase != '' AND Title LIKE '%Google%' AND NOT URL LIKE '%.google.%'
GROUP BY 1
ORDER BY 4 DESC
LIMIT 10;

-- 24
FROM hits
WHERE URL LIKE '%google%'
ORDER BY EventTime
LIMIT 10;

-- 25
SELECT SearchPhrase AS phrase
FROM hits
WHERE SearchPhrase != ''
ORDER BY EventTime
LIMIT 10;

-- 26
SELECT SearchPhrase AS phrase
FROM hits
WHERE SearchPhrase != ''
ORDER BY 1
LIMIT 10;

-- 27
SELECT SearchPhrase AS phrase
FROM hits
WHERE SearchPhrase != ''
ORDER BY EventTime, phrase
LIMIT 10;

-- 28
SELECT CounterID AS counter, avg(length(URL)) AS mean_length, count(*) AS hit_count
FROM hits
WHERE URL != ''
GROUP BY counter
HAVING hit_count > 100000
ORDER BY mean_length DESC
LIMIT 25;

-- 29
SELECT
  regexp_replace(Referer, '^https?://(?:www[.])?([^/]+)/.*$', '\1') AS host,
  avg(length(Referer)) AS mean_length,
  count(*) AS hit_count,
  min(Referer) AS least_referer
FROM hits
WHERE Referer != ''
GROUP BY ALL
HAVING hit_count > 100000
ORDER BY mean_length DESC
LIMIT 25;

-- 30
SELECT
  sum(ResolutionWidth) AS plus_0, sum(ResolutionWidth + 1) AS plus_1, sum(ResolutionWidth + 2) AS plus_2,
  sum(ResolutionWidth + 3) AS plus_3, sum(ResolutionWidth + 4) AS plus_4, sum(ResolutionWidth + 5) AS plus_5,
  sum(ResolutionWidth + 6) AS plus_6, sum(ResolutionWidth + 7) AS plus_7, sum(ResolutionWidth + 8) AS plus_8,
  sum(ResolutionWidth + 9) AS plus_9, sum(ResolutionWidth + 10) AS plus_10, sum(ResolutionWidth + 11) AS plus_11,
  sum(ResolutionWidth + 12) AS plus_12, sum(ResolutionWidth + 13) AS plus_13, sum(ResolutionWidth + 14) AS plus_14,
  sum(ResolutionWidth + 15) AS plus_15, sum(ResolutionWidth + 16) AS plus_16, sum(ResolutionWidth + 17) AS plus_17,
  sum(ResolutionWidth + 18) AS plus_18, sum(ResolutionWidth + 19) AS plus_19, sum(ResolutionWidth + 20) AS plus_20,
  sum(ResolutionWidth + 21) AS plus_21, sum(ResolutionWidth + 22) AS plus_22, sum(ResolutionWidth + 23) AS plus_23,
  sum(ResolutionWidth + 24) AS plus_24, sum(ResolutionWidth + 25) AS plus_25, sum(ResolutionWidth + 26) AS plus_26,
  sum(ResolutionWidth + 27) AS plus_27, sum(ResolutionWidth + 28) AS plus_28, sum(ResolutionWidth + 29) AS plus_29,
  sum(ResolutionWidth + 30) AS plus_30, sum(ResolutionWidth + 31) AS plus_31, sum(ResolutionWidth + 32) AS plus_32,
  sum(ResolutionWidth + 33) AS plus_33, sum(ResolutionWidth + 34) AS plus_34, sum(ResolutionWidth + 35) AS plus_35,
  sum(ResolutionWidth + 36) AS plus_36, sum(ResolutionWidth + 37) AS plus_37, sum(ResolutionWidth + 38) AS plus_38,
  sum(ResolutionWidth + 39) AS plus_39, sum(ResolutionWidth + 40) AS plus_40, sum(ResolutionWidth + 41) AS plus_41,
  sum(ResolutionWidth + 42) AS plus_42, sum(ResolutionWidth + 43) AS plus_43, sum(ResolutionWidth + 44) AS plus_44,
  sum(ResolutionWidth + 45) AS plus_45, sum(ResolutionWidth + 46) AS plus_46, sum(ResolutionWidth + 47) AS plus_47,
  sum(ResolutionWidth + 48) AS plus_48, sum(ResolutionWidth + 49) AS plus_49, sum(ResolutionWidth + 50) AS plus_50,
  sum(ResolutionWidth + 51) AS plus_51, sum(ResolutionWidth + 52) AS plus_52, sum(ResolutionWidth + 53) AS plus_53,
  sum(ResolutionWidth + 54) AS plus_54, sum(ResolutionWidth + 55) AS plus_55, sum(ResolutionWidth + 56) AS plus_56,
  sum(ResolutionWidth + 57) AS plus_57, sum(ResolutionWidth + 58) AS plus_58, sum(ResolutionWidth + 59) AS plus_59,
  sum(ResolutionWidth + 60) AS plus_60, sum(ResolutionWidth + 61) AS plus_61, sum(ResolutionWidth + 62) AS plus_62,
  sum(ResolutionWidth + 63) AS plus_63, sum(ResolutionWidth + 64) AS plus_64, sum(ResolutionWidth + 65) AS plus_65,
  sum(ResolutionWidth + 66) AS plus_66, sum(ResolutionWidth + 67) AS plus_67, sum(ResolutionWidth + 68) AS plus_68,
  sum(ResolutionWidth + 69) AS plus_69, sum(ResolutionWidth + 70) AS plus_70, sum(ResolutionWidth + 71) AS plus_71,
  sum(ResolutionWidth + 72) AS plus_72, sum(ResolutionWidth + 73) AS plus_73, sum(ResolutionWidth + 74) AS plus_74,
  sum(ResolutionWidth + 75) AS plus_75, sum(ResolutionWidth + 76) AS plus_76, sum(ResolutionWidth + 77) AS plus_77,
  sum(ResolutionWidth + 78) AS plus_78, sum(ResolutionWidth + 79) AS plus_79, sum(ResolutionWidth + 80) AS plus_80,
  sum(ResolutionWidth + 81) AS plus_81, sum(ResolutionWidth + 82) AS plus_82, sum(ResolutionWidth + 83) AS plus_83,
  sum(ResolutionWidth + 84) AS plus_84, sum(ResolutionWidth + 85) AS plus_85, sum(ResolutionWidth + 86) AS plus_86,
  sum(ResolutionWidth + 87) AS plus_87, sum(ResolutionWidth + 88) AS plus_88, sum(ResolutionWidth + 89) AS plus_89
FROM hits;

-- 31
SELECT
  SearchEngineID AS engine,
  ClientIP,
  count(*) AS hit_count,
  sum(IsRefresh) AS refreshes,
  avg(ResolutionWidth) AS mean_width
FROM hits
WHERE SearchPhrase != ''
GROUP BY 1, 2
ORDER BY 3 DESC
LIMIT 10;

-- 32
SELECT
  WatchID,
  ClientIP,
  count(*) AS hit_count,
  sum(IsRefresh) AS refreshes,
  avg(ResolutionWidth) AS mean_width
FROM hits
WHERE SearchPhrase != ''
GROUP BY ALL
ORDER BY hit_count DESC
LIMIT 10;

-- 33
SELECT
  WatchID,
  ClientIP,
  count(*) AS hit_count,
  sum(IsRefresh) AS refreshes,
  avg(ResolutionWidth) AS mean_width
FROM hits
GROUP BY ALL
ORDER BY hit_count DESC
LIMIT 10;

-- 34
SELECT URL, count(*) AS hit_count
FROM hits
GROUP BY URL
ORDER BY 2 DESC
LIMIT 10;

-- 35
SELECT 1 AS one, URL, count(*) AS hit_count
FROM hits
GROUP BY one, URL
ORDER BY hit_count DESC
LIMIT 10;

-- 36
SELECT
  ClientIP,
  ClientIP - 1 AS less_1,
  ClientIP - 2 AS less_2,
  ClientIP - 3 AS less_3,
  count(*) AS hit_count
FROM hits
GROUP BY ALL
ORDER BY hit_count DESC
LIMIT 10;

-- 37
SELECT URL, count(*) AS views
FROM hits
WHERE CounterID = 62
  AND EventDate BETWEEN DATE '2013-07-01' AND DATE '2013-07-31'
  AND DontCountHits = 0
  AND IsRefresh = 0
  AND URL != ''
GROUP BY ALL
ORDER BY views DESC
LIMIT 10;

-- 38
SELECT Title, count(*) AS views
FROM hits
WHERE CounterID = 62
  AND EventDate BETWEEN DATE '2013-07-01' AND DATE '2013-07-31'
  AND (DontCountHits, IsRefresh) = (0, 0)
  AND Title != ''
GROUP BY 1
ORDER BY 2 DESC
LIMIT 10;

-- 39
SELECT URL, count(*) AS views
FROM hits
WHERE CounterID = 62
  AND EventDate BETWEEN DATE '2013-07-01' AND DATE '2013-07-31'
  AND IsLink != 0
  AND IsDownload = 0
  AND IsRefresh = 0
GROUP BY ALL
ORDER BY views DESC
LIMIT 10 OFFSET 1000;

-- 40
SELECT
  TraficSourceID AS source,
  SearchEngineID AS engine,
  AdvEngineID AS advertiser,
  if(engine = 0 AND advertiser = 0, Referer, '') AS came_from,
  URL AS went_to,
  count(*) AS views
FROM hits
WHERE CounterID = 62
  AND EventDate BETWEEN DATE '2013-07-01' AND DATE '2013-07-31'
  AND IsRefresh = 0
GROUP BY ALL
ORDER BY views DESC
LIMIT 10 OFFSET 1000;

-- 41
SELECT URLHash, EventDate AS day, count(*) AS views
FROM hits
WHERE CounterID = 62
  AND EventDate BETWEEN DATE '2013-07-01' AND DATE '2013-07-31'
  AND IsRefresh = 0
  AND RefererHash = 3594120000172545465
  AND TraficSourceID IN (6, -1)
GROUP BY 1, 2
ORDER BY views DESC
LIMIT 10 OFFSET 100;

-- 42
SELECT WindowClientWidth AS width, WindowClientHeight AS height, count(*) AS views
FROM hits
WHERE CounterID = 62
  AND EventDate BETWEEN DATE '2013-07-01' AND DATE '2013-07-31'
  AND IsRefresh = 0
  AND DontCountHits = 0
  AND URLHash = 2868770270353813622
GROUP BY ALL
ORDER BY views DESC
LIMIT 10 OFFSET 10000;

-- 43
SELECT date_trunc('minute', EventTime) AS minute, count(*) AS views
FROM hits
WHERE CounterID = 62
  AND EventDate BETWEEN DATE '2013-07-14' AND DATE '2013-07-15'
  AND IsRefresh = 0
  AND DontCountHits = 0
GROUP BY 1
ORDER BY 1
LIMIT 10 OFFSET 1000;
